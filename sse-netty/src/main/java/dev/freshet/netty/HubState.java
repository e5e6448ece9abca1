package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The state that a stream begins with unless it resumes, as its reply names it. Immutable and thread-safe. */
sealed interface HubState permits HubOwnState, HubSharedState {
    /** The same with the one that is there now, where that is one that others have asked for. */
    HubState now();

    /**
     * Places the cursor.
     *
     * @return null where it needs a state that is not there yet
     * @throws IllegalStateException if the hub is closed
     */
    @Nullable
    Start open(SseHub hub, List<String> topics, StartRequest request);

    /** The shared one that the stream begins with, which is kept until that is written; null where it has its own. */
    @Nullable
    Snapshot snapshot();

    /**
     * The same with one that is not there yet; the stage fails where that fails. Null where it was waited for often enough.
     */
    @Nullable
    CompletionStage<HubState> next();

    /**
     * What is written of it. Throws what the application throws.
     *
     * @param id of the place where the cursor stands, or null where that is not told
     */
    HubStatePieces pieces(SseHub hub, HubLoop loop, ByteBufAllocator alloc, StreamFraming framing, @Nullable String id);
}
