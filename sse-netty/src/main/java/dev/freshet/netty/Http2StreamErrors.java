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
import org.jspecify.annotations.Nullable;

/**
 * Has a stream whose client broke the rules reset once, and with the error's own code, which the connection's limit counts
 * (RFC 9113 5.4.2). The handlers of its child channel hear of the error first, and most close their channel for it: that is
 * CANCEL, which no limit counts. Stands before the handler that has the child channels; confined to the event loop.
 */
final class Http2StreamErrors extends ChannelDuplexHandler {
    /** The error that is being told to its stream's handlers. */
    private @Nullable Http2FrameStreamException told;

    private boolean reset;

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof Http2FrameStreamException error)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        told = error;
        reset = false;
        try {
            ctx.fireExceptionCaught(cause);
        } finally {
            told = null;
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (told == null || !(msg instanceof Http2ResetFrame frame) || frame.stream() != told.stream()) {
            ctx.write(msg, promise);
        } else if (reset) {
            promise.trySuccess();
        } else {
            reset = true;
            ctx.write(new DefaultHttp2ResetFrame(told.error()).stream(told.stream()), promise);
        }
    }

    /**
     * In a stream's channel: resets it where its peer has broken a rule of HTTP/2. Goes before its end, which tells CANCEL: only the
     * error's own code is counted by a limit on resets.
     */
    static void reset(ChannelHandlerContext ctx, Throwable cause) {
        Http2Exception broken = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        if (broken != null
                && ctx.channel() instanceof Http2StreamChannel child
                && child.stream().state() != Http2Stream.State.CLOSED) {
            ctx.write(new DefaultHttp2ResetFrame(broken.error()), ctx.voidPromise());
        }
    }
}
