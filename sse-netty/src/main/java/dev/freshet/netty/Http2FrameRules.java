package dev.freshet.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2UnknownFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The handler of an HTTP/2 connection for frames that its streams must not receive or that break a rule. Stands before
 * the handler that has the child channels. Confined to the event loop.
 *
 * <p>Frames of unknown types are discarded (RFC 9113 4.1). No flow-control window counts them, so a stream that does
 * not read would queue all of them, and would not receive its end.
 *
 * <p>A stream whose peer broke a rule is reset once, with the error's own code (RFC 9113 5.4.2), which the connection's
 * limit counts. The error is fired to the handlers of its child channel first, and most close their channel; that alone
 * would be a reset with CANCEL, which no limit counts.
 */
final class Http2FrameRules extends ChannelDuplexHandler {
    /** The error that is being fired to the handlers of its stream, or null. */
    private @Nullable Http2FrameStreamException current;

    /** Whether the stream of the current error was reset. */
    private boolean reset;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof Http2UnknownFrame) {
            ReferenceCountUtil.release(msg);
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof Http2FrameStreamException error)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        current = error;
        reset = false;
        try {
            ctx.fireExceptionCaught(cause);
        } finally {
            current = null;
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (current == null || !(msg instanceof Http2ResetFrame frame) || frame.stream() != current.stream()) {
            ctx.write(msg, promise);
        } else if (reset) {
            promise.trySuccess();
        } else {
            reset = true;
            ctx.write(new DefaultHttp2ResetFrame(current.error()).stream(current.stream()), promise);
        }
    }

    /**
     * Resets the stream of a child channel if the cause is a violation of HTTP/2. Called before the channel is closed,
     * which resets with CANCEL: a limit on resets counts only the error's own code.
     */
    static void reset(ChannelHandlerContext ctx, Throwable cause) {
        assert ctx.channel().eventLoop().inEventLoop();
        Http2Exception broken = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        if (broken != null
                && ctx.channel() instanceof Http2StreamChannel child
                && child.stream().state() != Http2Stream.State.CLOSED) {
            ctx.write(new DefaultHttp2ResetFrame(broken.error()), ctx.voidPromise());
        }
    }
}
