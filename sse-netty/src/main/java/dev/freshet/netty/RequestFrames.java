package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * From the frames of one HTTP/2 request to the objects of HTTP/1.1. What cannot be one, such as a path with a space, and
 * a path that is none, such as an absolute URI, is malformed (RFC 9113 8.1.1, 8.3.1): its stream is reset with PROTOCOL_ERROR, which the connection's limit counts, and no handler
 * behind hears of it. Keeps nothing of a stream, so one serves all.
 */
@Sharable
final class RequestFrames extends Http2StreamFrameToHttpObjectCodec {
    private final Faults faults;

    RequestFrames(Faults faults) {
        super(true);
        this.faults = faults;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, Http2StreamFrame frame, List<Object> out) throws Exception {
        try {
            if (frame instanceof Http2HeadersFrame head) {
                checkPath(head.headers());
            }
            if (frame instanceof Http2HeadersFrame head
                    && head.isEndStream()
                    && head.headers().method() != null) {
                // Netty's own makes a buffer for the body that there is not, and loses it where the head is malformed.
                Http2FrameStream stream = head.stream();
                out.add(HttpConversionUtil.toFullHttpRequest(
                        stream == null ? 0 : stream.id(), head.headers(), Unpooled.EMPTY_BUFFER, true));
            } else {
                super.decode(ctx, frame, out);
            }
        } catch (Http2Exception | RuntimeException e) {
            faults.peer(ctx.channel().remoteAddress(), "malformed request: " + e);
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR), ctx.voidPromise());
            ctx.close();
        }
    }

    /** As a request line's, an absolute URI would name a host of its own beside {@code :authority}. */
    private static void checkPath(Http2Headers headers) throws Http2Exception {
        CharSequence path = headers.path();
        if (path == null || path.length() > 0 && path.charAt(0) == '/') {
            return; // trailers and CONNECT have none, and the codec sees that other requests have one
        }
        if (!AsciiString.contentEquals(path, "*")
                || !HttpMethod.OPTIONS.asciiName().contentEquals(headers.method())) {
            throw new Http2Exception(Http2Error.PROTOCOL_ERROR, ":path: " + path + " (expected: begins with /)");
        }
    }
}
