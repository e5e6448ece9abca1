package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import java.io.IOException;

/**
 * A stream's bytes as HTTP/2 DATA frames: takes the place of the HTTP codec in the child channel of an HTTP/2 stream.
 * The frames share the bytes that are written, and an empty buffer, the last thing a stream writes, is its END_STREAM.
 * Confined to its event loop.
 *
 * <p>A child channel has no outbound buffer to look at. What waits for the peer's window waits in the connection's flow
 * controller, so this counts the frames that went in and those that have left for the socket. A buffer that is larger
 * than a frame on the wire is cut here, so that each such frame counts as progress.
 */
final class DataFrames extends ChannelOutboundHandlerAdapter implements ChannelFutureListener {
    /** What a frame holds unless the peer asks for more (RFC 9113 4.2), which few do. */
    private static final int FRAME_BYTES = 16 << 10;

    private long written;
    private long left;

    /** Whether anything waits to be written. */
    boolean isWaiting() {
        return written > left;
    }

    /** How many frames have left. */
    long progress() {
        return left;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.write(msg, promise);
            return;
        }
        boolean end = !bytes.isReadable();
        while (bytes.readableBytes() > FRAME_BYTES) {
            frame(ctx, bytes.readRetainedSlice(FRAME_BYTES), false, ctx.newPromise());
        }
        frame(ctx, bytes, end, promise.isVoid() ? ctx.newPromise() : promise);
    }

    private void frame(ChannelHandlerContext ctx, ByteBuf bytes, boolean end, ChannelPromise promise) {
        written++;
        ctx.write(new DefaultHttp2DataFrame(bytes, end), promise.addListener(this));
    }

    @Override
    public void operationComplete(ChannelFuture frame) {
        left++;
        Throwable cause = frame.cause();
        if (cause != null && !(cause instanceof IOException)) { // where the stream has ended, its channel is closed
            frame.channel().pipeline().fireExceptionCaught(cause);
        }
    }
}
