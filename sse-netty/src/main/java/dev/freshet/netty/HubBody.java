package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of the body of one hub's stream: the identity, or gzip if the endpoint compresses and the client accepts
 * it. Called on the stream's event loop.
 */
abstract class HubBody {
    final StreamFraming framing;

    HubBody(StreamFraming framing) {
        this.framing = framing;
    }

    /** Called once, when the stream joins its loop. */
    void join(HubDeflaters deflaters, Cursor cursor) {}

    /** Called once, when a stream that has joined leaves. */
    void leave() {}

    /** Returns a batch that the stream may read next, for its cursor to compare, or null. */
    @Nullable
    Batch next(Cursor cursor) {
        return null;
    }

    /** Appends the begin of the body with its first lines, as one frame. Called once, before the others. */
    abstract void begin(List<byte[]> lines, ByteBuf out);

    /** Returns lines of the log, which other streams share, as a frame. */
    abstract ByteBuf batch(HubBatchCopy copy, ByteBufAllocator alloc);

    /** Returns lines of a snapshot, which other streams share, as a frame. */
    abstract ByteBuf piece(HubCopy copy, ByteBufAllocator alloc);

    /** Returns lines of this stream alone as a frame, a full buffer to which TLS appends nothing. */
    abstract ByteBuf own(HubCopy copy, ByteBufAllocator alloc);

    /** Returns lines of this stream alone as a frame. */
    abstract ByteBuf lines(ByteBufAllocator alloc, byte[] lines);

    /** Returns a heartbeat: the event, or a comment if it is null. */
    abstract ByteBuf heartbeat(ByteBufAllocator alloc, byte @Nullable [] event);

    /** Writes and flushes the end of the body; nothing may be written after it. */
    ChannelFuture end(ChannelHandlerContext ctx) {
        return ctx.writeAndFlush(framing.end());
    }
}
