package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A state that many streams share. A stream begins when there is a snapshot after which its cursor can be placed.
 *
 * @param shared the source of the snapshots
 * @param snapshot the snapshot to begin with, or null if there is none yet
 * @param waits how many snapshots the stream has waited for; each may have been too old when it was taken
 */
record HubSharedState(SseSnapshot shared, @Nullable Snapshot snapshot, int waits) implements HubState {
    private static final int MOST_WAITS = 3;

    /** Returns the state for a stream of these topics. */
    static HubSharedState of(SseSnapshot shared, SseHub hub, List<String> topics) {
        if (shared.hub() != hub) {
            throw new IllegalArgumentException("snapshot.hub: another (expected: the stream's own)");
        }
        if (!shared.topics().containsAll(topics)) {
            throw new IllegalArgumentException(
                    "snapshot.topics: " + shared.topics() + " (expected: all of the stream's, " + topics + ")");
        }
        return new HubSharedState(shared, null, 0);
    }

    @Override
    public HubState now() {
        return snapshot == null ? new HubSharedState(shared, shared.newest(), waits) : this;
    }

    @Override
    public @Nullable Start open(SseHub hub, List<String> topics, StartRequest request) {
        return shared.open(topics, request, snapshot);
    }

    @Override
    public @Nullable CompletionStage<HubState> next() {
        return waits == MOST_WAITS
                ? null
                : shared.next(snapshot).thenApply(taken -> new HubSharedState(shared, taken, waits + 1));
    }

    @Override
    public HubStatePieces pieces(SseHub hub, HubLoop loop, ByteBufAllocator alloc, HubBody body, @Nullable String id) {
        if (snapshot == null) {
            throw new IllegalStateException("state: none (expected: the one behind which the cursor is)");
        }
        return new HubSharedPieces(snapshot, loop.snapshots, body, alloc);
    }
}
