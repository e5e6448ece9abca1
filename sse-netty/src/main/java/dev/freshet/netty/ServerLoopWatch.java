package dev.freshet.netty;

import io.netty.channel.EventLoop;

/** Watches over the event loops of one server, so that none is dead and nobody knows. Thread-safe. */
final class ServerLoopWatch {
    /** As the JVM's own where it runs out of memory. */
    private static final int EXIT_STATUS = 3;

    private final SseListener listener;
    private final FailurePolicy policy;
    private final ServerAcceptor door;
    private volatile boolean failed;

    ServerLoopWatch(SseListener listener, FailurePolicy policy, ServerAcceptor door) {
        this.listener = listener;
        this.policy = policy;
        this.door = door;
    }

    boolean hasFailed() {
        return failed;
    }

    /** On the thread of the event loop, which ends. */
    void ended(EventLoop loop, Throwable error) {
        stop("event loop failed", error);
    }

    /** On an event loop that goes on, as far as it can; the first time counts. */
    void inDoubt(Error error) {
        if (!failed) {
            stop("no longer sound", error);
        }
    }

    private void stop(String what, Throwable error) {
        if (policy == FailurePolicy.HALT) {
            try {
                Log.error(what + ", halts", error);
            } finally {
                Runtime.getRuntime().halt(EXIT_STATUS);
            }
        }
        failed = true;
        try {
            Log.error(what + ", accepts no more connections", error);
        } finally {
            door.close();
            listener.failed(error);
        }
    }
}
