package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The state that a stream begins with, in pieces of at most 16 KiB. Confined to the stream's event loop. */
interface HubStatePieces {
    /** What goes out with the opening, in one frame with that; asked for once, before the rest. */
    byte[] first();

    /** Whether there is more of it. */
    boolean hasNext();

    /** The next piece, framed; null where it is gone, because the client has taken too long. */
    @Nullable
    ByteBuf next();

    /** Whether the piece before ends with an event, or there was none. */
    boolean isBetweenEvents();

    /** Nobody asks for more. Idempotent. */
    void end();
}
