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
 * The writer of the DATA frames of one HTTP/2 stream, in its child channel. The frames come from the HTTP codec, or are
 * made here from the buffers of a stream that has replaced the codec. They share the bytes that are written. An empty
 * buffer, the last write of such a stream, becomes END_STREAM. Confined to the channel's event loop.
 *
 * <p>A child channel has no outbound buffer of its own: frames that wait for the peer's window are queued in the
 * connection's flow controller. The writer therefore counts the frames that were written and those that were sent to
 * the socket. A buffer that is larger than a frame on the wire is split, so that each frame counts as progress.
 */
final class Http2DataWriter extends ChannelOutboundHandlerAdapter implements ChannelFutureListener {
    /** The payload of a frame that every peer accepts (RFC 9113 4.2); few peers announce a larger one. */
    private static final int FRAME_BYTES = 16 << 10;

    private long written;
    /** The number of written frames that were sent, or have failed. */
    private long sent;

    private @Nullable Runnable whenEmpty;

    /**
     * Adds a writer in front of the codec, unless the pipeline has one. An HTTP/1.1 channel needs none.
     */
    static void addTo(ChannelPipeline pipeline) {
        assert pipeline.channel().eventLoop().inEventLoop();
        if (pipeline.channel() instanceof Http2StreamChannel && pipeline.get(Http2DataWriter.class) == null) {
            ChannelHandlerContext codec = pipeline.context(Http2StreamFrameToHttpObjectCodec.class);
            if (codec == null) {
                pipeline.addFirst(HandlerNames.DATA_WRITER, new Http2DataWriter());
            } else {
                pipeline.addBefore(codec.name(), HandlerNames.DATA_WRITER, new Http2DataWriter());
            }
        }
    }

    /** Returns whether written frames are not sent yet. */
    boolean isWaiting() {
        return written > sent;
    }

    /** Returns the number of sent frames. */
    long progress() {
        return sent;
    }

    /**
     * Runs the task once no frame waits, unless the stream ends first. A later task replaces an earlier one.
     */
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

    /**
     * Resets the stream if frames wait. The channel itself does not reset after END_STREAM was written, and the frames
     * would continue to wait.
     */
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
        sent++;
        Throwable cause = frame.cause();
        if (cause != null && !(cause instanceof IOException)) { // else the stream has ended, and its channel is closed
            frame.channel().pipeline().fireExceptionCaught(cause);
        }
        Runnable task = whenEmpty;
        if (task != null && cause == null && !isWaiting()) {
            whenEmpty = null;
            task.run();
        }
    }
}
