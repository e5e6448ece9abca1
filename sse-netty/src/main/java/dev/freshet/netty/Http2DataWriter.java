package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The DATA frames of one HTTP/2 stream, in its child channel: those that the HTTP codec makes, or those of a stream of
 * bytes that has taken the codec's place. They share the bytes that are written, and an empty buffer, the last thing
 * such a stream writes, is its END_STREAM. Confined to its event loop.
 *
 * <p>A child channel has no outbound buffer to look at. What waits for the peer's window waits in the connection's flow
 * controller, so this counts the frames that went in and those that have left for the socket. A buffer that is larger
 * than a frame on the wire is cut here, so that each such frame counts as progress.
 */
final class Http2DataWriter extends ChannelOutboundHandlerAdapter implements ChannelFutureListener {
    /** What a frame holds unless the peer asks for more (RFC 9113 4.2), which few do. */
    private static final int FRAME_BYTES = 16 << 10;

    private long written;
    private long left;
    private @Nullable Runnable whenEmpty;

    /** Looks on from where the codec's frames pass, unless one does already; an HTTP/1.1 channel needs none. */
    static void watch(ChannelPipeline pipeline) {
        if (pipeline.channel() instanceof Http2StreamChannel && pipeline.get(Http2DataWriter.class) == null) {
            ChannelHandlerContext codec = pipeline.context(Http2StreamFrameToHttpObjectCodec.class);
            if (codec == null) {
                pipeline.addFirst(HandlerNames.DATA_WRITER, new Http2DataWriter());
            } else {
                pipeline.addBefore(codec.name(), HandlerNames.DATA_WRITER, new Http2DataWriter());
            }
        }
    }

    /** Whether anything waits to be written. */
    boolean isWaiting() {
        return written > left;
    }

    /** How many frames have left. */
    long progress() {
        return left;
    }

    /** Runs the task once nothing waits; the last one that it was given. Not where the stream ends first. */
    void whenEmpty(Runnable task) {
        whenEmpty = task;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof ByteBuf bytes) {
            write(ctx, bytes, !bytes.isReadable(), promise);
        } else if (msg instanceof Http2DataFrame data) {
            write(ctx, data.content(), data.isEndStream(), promise);
        } else {
            ctx.write(msg, promise);
        }
    }

    /** A channel that has been given its END_STREAM resets nothing, and what waits would wait on without it. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (isWaiting() && ctx.channel().isActive()) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL), ctx.voidPromise());
        }
        ctx.close(promise);
    }

    private void write(ChannelHandlerContext ctx, ByteBuf bytes, boolean end, ChannelPromise promise) {
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
        Runnable task = whenEmpty;
        if (task != null && cause == null && !isWaiting()) {
            whenEmpty = null;
            task.run();
        }
    }
}
