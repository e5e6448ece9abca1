package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;

/** A listener that counts streams, and then calls another one. As thread-safe as that. */
record StreamListener(SseListener next, StreamCounts counts) implements SseListener {
    @Override
    public void opened(SseConnection connection, ResumeOutcome outcome) {
        counts.opened(((StreamBase) connection).lease.origin(), outcome);
        next.opened(connection, outcome);
    }

    @Override
    public void refused(SseRequest request, int status, RefusalReason why) {
        next.refused(request, status, why);
    }

    @Override
    public void lagging(SseConnection connection, long events) {
        next.lagging(connection, events);
    }

    @Override
    public void lagged(SseConnection connection) {
        FlightEvents.laggedOut(connection);
        next.lagged(connection);
    }

    @Override
    public void closed(SseConnection connection, CloseReason reason) {
        counts.closed(((StreamBase) connection).lease.origin(), reason);
        next.closed(connection, reason);
    }

    @Override
    public void failed(Throwable error) {
        next.failed(error);
    }
}
