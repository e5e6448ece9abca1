package dev.freshet.netty;

import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.netty.SseReply.Subscribe;
import org.jspecify.annotations.Nullable;

/** The state that a stream begins with unless it resumes, as its reply names it. Immutable and thread-safe. */
sealed interface StreamState permits OwnState, SharedState {
    /** The same with the one that is there now, where that is one that others have asked for. */
    StreamState now();

    /**
     * Places the cursor.
     *
     * @return null where it needs a state that is not there yet
     * @throws IllegalStateException if the hub is closed
     */
    @Nullable
    Start open(Subscribe reply, StartRequest request);

    /** The shared one that the stream begins with, which is kept until that is written; null where it has its own. */
    @Nullable
    Snapshot snapshot();

    /** What is answered where it is not there yet: the reply that waits for it. */
    SseReply later(Engine engine, Subscribe reply);

    /**
     * What is written of it. Throws what the application throws.
     *
     * @param id of the place where the cursor stands, or null where that is not told
     */
    StatePieces pieces(StreamConnection stream, Framing framing, Subscribe reply, @Nullable String id);
}
