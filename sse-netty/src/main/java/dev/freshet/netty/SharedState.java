package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.netty.SseReply.Subscribe;
import dev.freshet.netty.SseReply.When;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One that many streams share: the stream begins when there is a snapshot behind which its cursor can be placed.
 *
 * @param shared whose snapshots they are
 * @param snapshot the one to begin with, or null where there is none yet
 * @param waits how often it has waited for one; it may have been too old by the time that it came
 */
record SharedState(SseSnapshot shared, @Nullable Snapshot snapshot, int waits) implements StreamState {
    private static final int MOST_WAITS = 3;

    /** For a stream of these topics. */
    static SharedState of(SseSnapshot shared, SseHub hub, List<String> topics) {
        if (shared.hub() != hub) {
            throw new IllegalArgumentException("snapshot.hub: another (expected: the stream's own)");
        }
        if (!shared.topics().containsAll(topics)) {
            throw new IllegalArgumentException(
                    "snapshot.topics: " + shared.topics() + " (expected: all of the stream's, " + topics + ")");
        }
        return new SharedState(shared, null, 0);
    }

    @Override
    public StreamState now() {
        return snapshot == null ? new SharedState(shared, shared.newest(), waits) : this;
    }

    @Override
    public @Nullable Start open(Subscribe reply, StartRequest request) {
        return shared.open(reply.topics, request, snapshot);
    }

    @Override
    public SseReply later(Engine engine, Subscribe reply) {
        if (waits == MOST_WAITS) {
            return SoftRefusal.SNAPSHOT_EVICTED;
        }
        Subscribe bounded = reply.with(reply.start.notBeforeAtMost(reply.hub.latest()));
        return new When(shared.next(snapshot)
                .handle((taken, failure) -> failure == null
                        ? bounded.with(new SharedState(shared, taken, waits + 1))
                        : refusal(engine, failure)));
    }

    private static SseReply refusal(Engine engine, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException) {
            return SoftRefusal.OVERLOADED;
        }
        if (cause.getCause() != null) {
            engine.faults().doubt(cause.getCause());
        }
        return HttpAnswer.refusal(500, OpeningLines.SNAPSHOT_FAILED);
    }

    @Override
    public StatePieces pieces(StreamConnection stream, Framing framing, Subscribe reply, @Nullable String id) {
        if (snapshot == null) {
            throw new IllegalStateException("state: none (expected: the one behind which the cursor is)");
        }
        return new SharedPieces(snapshot, stream.group.snapshots, framing, stream.channel.alloc());
    }
}
