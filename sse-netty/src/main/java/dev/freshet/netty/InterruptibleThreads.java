package dev.freshet.netty;

import java.util.HashSet;
import java.util.Set;

/** The threads that run code of an application which is interrupted once nobody needs it. Thread-safe. */
final class InterruptibleThreads {
    /** Guarded by this object, as the writes of the flag are. */
    private final Set<Thread> threads = new HashSet<>(2);

    private volatile boolean cancelled;

    boolean isCancelled() {
        return cancelled;
    }

    /** This thread begins to run it; returns false where nobody needs it any more. */
    synchronized boolean enter() {
        return !cancelled && threads.add(Thread.currentThread());
    }

    /** From now on this thread is not interrupted; returns whether it was, which ends with the code. */
    synchronized boolean leave() {
        threads.remove(Thread.currentThread());
        if (cancelled) {
            Thread.interrupted();
        }
        return cancelled;
    }

    /** Interrupts those that run it. Idempotent. */
    synchronized void cancel() {
        if (!cancelled) {
            cancelled = true;
            threads.forEach(Thread::interrupt);
        }
    }
}
