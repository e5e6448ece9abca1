package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The pieces of the state that a stream begins with, of at most 16 KiB each. Called on its stream's event loop. */
interface HubStatePieces {
    /** Returns the bytes that are written with the opening, in one frame. Called once, before the others. */
    byte[] first();

    /** Returns whether there is another piece. */
    boolean hasNext();

    /** Returns the next piece, framed, or null if it is not retained any more, because the client was too slow. */
    @Nullable
    ByteBuf next();

    /** Returns whether the previous piece ends with an event, or there is no previous one. */
    boolean isBetweenEvents();

    /** Called when no more pieces are written. Idempotent. */
    void end();
}
