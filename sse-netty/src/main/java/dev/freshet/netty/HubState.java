package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The state that a stream begins with unless it resumes, as set by its reply. Immutable and thread-safe. */
sealed interface HubState permits HubOwnState, HubSharedState {
    /** Returns this state with the newest snapshot, if it is shared and has none. */
    HubState now();

    /**
     * Opens a stream at the position of the state.
     *
     * @return the start, or null if a snapshot is required and there is none yet
     * @throws IllegalStateException if the hub is closed
     */
    @Nullable
    Start open(SseHub hub, List<String> topics, StartRequest request);

    /**
     * Returns the shared snapshot that the stream begins with, which is held until it is written, or null for a state
     * of its own.
     */
    @Nullable
    Snapshot snapshot();

    /**
     * Returns this state with the next snapshot, or null if the stream has waited often enough. The stage fails if the
     * snapshot does.
     */
    @Nullable
    CompletionStage<HubState> next();

    /**
     * Returns the pieces to write; throws what the application throws.
     *
     * @param id the id of the cursor's position, or null if it is not sent
     */
    HubStatePieces pieces(SseHub hub, HubLoop loop, ByteBufAllocator alloc, HubBody body, @Nullable String id);
}
