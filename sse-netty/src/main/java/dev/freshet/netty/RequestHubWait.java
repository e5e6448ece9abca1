package dev.freshet.netty;

import dev.freshet.netty.SseReply.Subscribe;
import dev.freshet.netty.SseReply.When;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** The replies of hub streams that cannot begin yet. Each waits, and then is the same subscription again. */
final class RequestHubWait {
    static final HttpAnswer SNAPSHOT_FAILED = HttpAnswer.refusal(RefusalReason.SNAPSHOT, 500, "the snapshot failed");

    private RequestHubWait() {}

    /**
     * Returns a reply that waits for the position until it is seen, or until the time is over. If the hub is closed
     * meanwhile, the subscription reports it.
     *
     * @param seen completes when the position is seen
     */
    static When forPosition(CompletableFuture<Void> seen, Subscribe reply, Duration patience) {
        CompletableFuture<SseReply> waited = seen.handle((v, closed) -> (SseReply) reply)
                .completeOnTimeout(reply, patience.toNanos() / 2, TimeUnit.NANOSECONDS);
        waited.whenComplete((v, gone) -> seen.complete(null)); // also when the client has disconnected
        return SseReply.when(waited);
    }

    /** Returns a reply that waits for the next snapshot, unless the request has waited often enough. */
    static SseReply forSnapshot(HubState state, Subscribe reply, Faults faults) {
        // Before the snapshot is taken: an event that is published meanwhile is behind its position.
        Subscribe bounded = reply.with(reply.start.notBeforeAtMost(reply.hub.latest()));
        CompletionStage<HubState> next = state.next();
        if (next == null) {
            return ReplyLater.SNAPSHOT_EVICTED;
        }
        return SseReply.when(
                next.handle((taken, failure) -> failure == null ? bounded.with(taken) : refusal(failure, faults)));
    }

    private static SseReply refusal(Throwable failure, Faults faults) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException) {
            return ReplyLater.OVERLOADED;
        }
        if (cause.getCause() != null) {
            faults.doubt(cause.getCause());
        }
        return SNAPSHOT_FAILED;
    }
}
