package dev.freshet.netty;

import io.netty.channel.EventLoop;

/** The watch for failures of the event loops of one server: {@link FailurePolicy}. Thread-safe. */
final class ServerLoopWatch {
    /** The exit status of {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int EXIT_STATUS = 3;

    private final SseListener listener;
    private final FailurePolicy policy;
    private final ServerAcceptor acceptor;
    private volatile boolean failed;

    ServerLoopWatch(SseListener listener, FailurePolicy policy, ServerAcceptor acceptor) {
        this.listener = listener;
        this.policy = policy;
        this.acceptor = acceptor;
    }

    /** Returns whether an event loop has failed, or the process is in an unknown state after an error. */
    boolean hasFailed() {
        return failed;
    }

    /** Called when an error ends an event loop, on its thread. */
    void ended(EventLoop loop, Throwable error) {
        stop("event loop failed", error);
    }

    /** Called on an event loop that continues after an error; only the first call has an effect. */
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
            acceptor.close();
            listener.failed(error);
        }
    }
}
