package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;

/**
 * A listener whose calls on event loops are timed and whose failures are caught and logged. As thread-safe as the
 * wrapped listener.
 */
record WatchedListener(SseListener listener, EventLoopHoldWatch holds) implements SseListener {
    @Override
    public void opened(SseConnection connection, ResumeOutcome outcome) {
        watched(() -> listener.opened(connection, outcome));
    }

    @Override
    public void refused(SseRequest request, int status, RefusalReason why) {
        watched(() -> listener.refused(request, status, why));
    }

    @Override
    public void lagging(SseConnection connection, long events) {
        watched(() -> listener.lagging(connection, events));
    }

    @Override
    public void lagged(SseConnection connection) {
        watched(() -> listener.lagged(connection));
    }

    @Override
    public void closed(SseConnection connection, CloseReason reason) {
        watched(() -> listener.closed(connection, reason));
    }

    @Override
    public void failed(Throwable error) {
        watched(() -> listener.failed(error));
    }

    private void watched(Runnable call) {
        long began = holds.begin();
        try {
            call.run();
        } catch (Throwable e) {
            Log.warn("listener failed", e);
        } finally {
            holds.end(began, "listener", listener.getClass().getName());
        }
    }
}
