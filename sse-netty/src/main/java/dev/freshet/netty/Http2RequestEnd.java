package dev.freshet.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * The handler of the end of one HTTP/2 request. A stream whose response ends before its request, for example because
 * the request is too large, is reset with NO_ERROR (RFC 9113 8.1): the client stops sending and reads the response. A
 * response to HEAD ends with its head, as with the codec of HTTP/1.1; a body that is written is discarded. Confined to
 * the channel's event loop.
 */
final class Http2RequestEnd extends ChannelDuplexHandler {
    /** Whether the method is HEAD. */
    private boolean head;

    /** Whether the end of the request was received. */
    private boolean received;

    /** Whether the end of the response was written. */
    private boolean answered;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        head |= msg instanceof Http2HeadersFrame request
                && HttpMethod.HEAD.asciiName().contentEquals(request.headers().method());
        received |= ends(msg);
        ctx.fireChannelRead(msg);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (head && answered && !(msg instanceof Http2ResetFrame)) {
            ReferenceCountUtil.release(msg);
            promise.trySuccess();
            return;
        }
        boolean last = ends(msg);
        if (head && !last && msg instanceof Http2HeadersFrame response && !isInformational(response)) {
            last = true;
            ctx.write(new DefaultHttp2HeadersFrame(response.headers(), true), promise);
        } else {
            ctx.write(msg, promise);
        }
        answered |= last;
    }

    private static boolean isInformational(Http2HeadersFrame response) {
        CharSequence status = response.headers().status();
        return status != null && status.charAt(0) == '1';
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (answered && !received && ctx.channel().isActive()) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR), ctx.voidPromise());
        }
        ctx.close(promise);
    }

    private static boolean ends(Object msg) {
        return msg instanceof Http2HeadersFrame headers && headers.isEndStream()
                || msg instanceof Http2DataFrame data && data.isEndStream();
    }
}
