package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The check of the pseudo-header fields of one HTTP/2 request. A request that lacks one, or has an invalid one, is
 * malformed (RFC 9113 8.1.1, 8.3.1): its stream is reset, and the handlers behind receive nothing of it. The handler
 * removes itself after the head. Confined to the channel's event loop.
 */
final class Http2PseudoHeaders extends ChannelInboundHandlerAdapter {
    private final Faults faults;
    private final Runnable onMalformed;

    /** @param onMalformed called if the request is malformed, on the event loop */
    Http2PseudoHeaders(Faults faults, Runnable onMalformed) {
        this.faults = faults;
        this.onMalformed = onMalformed;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (!(msg instanceof Http2HeadersFrame head)) {
            ctx.fireChannelRead(msg);
            return;
        }
        try {
            check(head.headers());
        } catch (Http2Exception e) {
            ReferenceCountUtil.release(msg);
            onMalformed.run();
            Http2RequestCodec.reset(ctx, faults, e);
            return;
        }
        ctx.pipeline().remove(this);
        ctx.fireChannelRead(msg);
    }

    private static void check(Http2Headers headers) throws Http2Exception {
        CharSequence method = required(":method", headers.method());
        if (HttpMethod.CONNECT.asciiName().contentEquals(method)
                && !headers.contains(PseudoHeaderName.PROTOCOL.value())) { // RFC 9113 8.5, RFC 8441 4
            required(":authority", headers.authority());
            return;
        }
        required(":scheme", headers.scheme());
        CharSequence path = required(":path", headers.path());
        if (AsciiString.indexOf(path, ' ', 0) >= 0) { // Netty checks this since 4.1.129 and 4.2.8
            throw new Http2Exception(Http2Error.PROTOCOL_ERROR, ":path: " + path + " (expected: no space)");
        }
        if (path.length() > 0 && path.charAt(0) == '/') {
            return;
        }
        // An absolute URI would name a host of its own beside :authority, as on a request line.
        if (!AsciiString.contentEquals(path, "*")
                || !HttpMethod.OPTIONS.asciiName().contentEquals(method)) {
            throw new Http2Exception(Http2Error.PROTOCOL_ERROR, ":path: " + path + " (expected: begins with /)");
        }
    }

    private static CharSequence required(String name, @Nullable CharSequence value) throws Http2Exception {
        if (value == null) {
            throw new Http2Exception(Http2Error.PROTOCOL_ERROR, name + ": none (expected: one)");
        }
        return value;
    }
}
