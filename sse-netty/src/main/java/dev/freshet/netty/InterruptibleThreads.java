package dev.freshet.netty;

import java.util.HashSet;
import java.util.Set;

/** The threads that run code of an application, to be interrupted when its result is no longer needed. Thread-safe. */
final class InterruptibleThreads {
    /** The threads that run the code. Guarded by this object, as the writes of the flag are. */
    private final Set<Thread> threads = new HashSet<>(2);

    private volatile boolean cancelled;

    boolean isCancelled() {
        return cancelled;
    }

    /** Registers the current thread as one that runs the code; returns false if the code was cancelled. */
    synchronized boolean enter() {
        return !cancelled && threads.add(Thread.currentThread());
    }

    /** Unregisters the current thread, and clears its interrupt if the code was cancelled; returns whether it was. */
    synchronized boolean leave() {
        threads.remove(Thread.currentThread());
        if (cancelled) {
            Thread.interrupted();
        }
        return cancelled;
    }

    /** Interrupts the threads that run the code. Idempotent. */
    synchronized void cancel() {
        if (!cancelled) {
            cancelled = true;
            threads.forEach(Thread::interrupt);
        }
    }
}
