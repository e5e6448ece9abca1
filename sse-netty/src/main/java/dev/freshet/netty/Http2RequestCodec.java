package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import java.util.List;

/**
 * The codec between the frames of an HTTP/2 stream and the messages of HTTP/1.1. A request that has no such form, for
 * example a path with a space, is malformed (RFC 9113 8.1.1): its stream is reset, and the handlers behind receive
 * nothing of it. Has no state, so that one instance serves all streams.
 */
@Sharable
final class Http2RequestCodec extends Http2StreamFrameToHttpObjectCodec {
    private final Faults faults;
    private final Runnable onMalformed;

    /** @param onMalformed called for each malformed request, on the event loop */
    Http2RequestCodec(Faults faults, Runnable onMalformed) {
        super(true);
        this.faults = faults;
        this.onMalformed = onMalformed;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, Http2StreamFrame frame, List<Object> out) throws Exception {
        try {
            if (frame instanceof Http2HeadersFrame head
                    && head.isEndStream()
                    && head.headers().method() != null) {
                // Netty's codec allocates a buffer for the absent body, and leaks it if the head is malformed.
                Http2FrameStream stream = head.stream();
                out.add(HttpConversionUtil.toFullHttpRequest(
                        stream == null ? 0 : stream.id(), head.headers(), Unpooled.EMPTY_BUFFER, true));
            } else {
                super.decode(ctx, frame, out);
            }
        } catch (Http2Exception | RuntimeException e) {
            onMalformed.run();
            reset(ctx, faults, e);
        }
    }

    /** Resets the stream of a malformed request, with an error code that the connection's limit counts. */
    static void reset(ChannelHandlerContext ctx, Faults faults, Throwable reason) {
        assert ctx.channel().eventLoop().inEventLoop();
        faults.peer(ctx.channel().remoteAddress(), "malformed request: " + reason);
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR), ctx.voidPromise());
        ctx.close();
    }
}
