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
 * From the frames of one HTTP/2 request to the objects of HTTP/1.1. What cannot be one, such as a path with a space, is
 * malformed (RFC 9113 8.1.1): no handler behind hears of it. Keeps nothing of a stream, so one serves all.
 */
@Sharable
final class Http2RequestCodec extends Http2StreamFrameToHttpObjectCodec {
    private final Faults faults;

    Http2RequestCodec(Faults faults) {
        super(true);
        this.faults = faults;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, Http2StreamFrame frame, List<Object> out) throws Exception {
        try {
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
            reset(ctx, faults, e);
        }
    }

    /** The stream of a malformed request, with an error that the connection's limit counts. */
    static void reset(ChannelHandlerContext ctx, Faults faults, Throwable reason) {
        faults.peer(ctx.channel().remoteAddress(), "malformed request: " + reason);
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR), ctx.voidPromise());
        ctx.close();
    }
}
