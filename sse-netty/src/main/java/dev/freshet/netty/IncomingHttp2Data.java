package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * The counter of the DATA frames and trailers of an HTTP/2 connection, as they are received. They wait in streams that
 * are not read, and a frame takes more memory than the flow-control window counts. A request is complete with its last
 * frame. Stands before the handler that has the child channels. Confined to the event loop.
 */
final class IncomingHttp2Data extends ChannelInboundHandlerAdapter {
    private final IncomingConnectionBudget budget;

    IncomingHttp2Data(IncomingConnectionBudget budget) {
        this.budget = budget;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (msg instanceof Http2StreamFrame frame) {
            Http2FrameStream stream = frame.stream();
            IncomingBytes request = stream == null ? null : budget.stream(stream.id());
            if (request != null) {
                read(ctx, frame, request);
                return;
            }
        }
        ctx.fireChannelRead(msg);
    }

    private static void read(ChannelHandlerContext ctx, Http2StreamFrame frame, IncomingBytes request) {
        Http2StreamFrame kept = frame;
        boolean fits = true;
        boolean ends = false;
        if (frame instanceof Http2DataFrame data) {
            kept = request.isUnread() ? alone(data) : data;
            fits = request.arrived(data.content().readableBytes());
            ends = data.isEndStream();
        } else if (frame instanceof Http2HeadersFrame trailers) {
            fits = request.arrived(0) && request.add(IncomingBudget.sizeOf(trailers.headers()));
            ends = trailers.isEndStream();
        }
        if (!fits) {
            ReferenceCountUtil.release(kept); // the end of the stream returns its bytes to the window
            request.refuse();
            return;
        }
        if (ends) {
            request.complete();
        }
        ctx.fireChannelRead(kept);
    }

    /** Returns a copy of a frame that may wait behind others, without its buffer, which may be much larger. */
    private static Http2DataFrame alone(Http2DataFrame data) {
        Http2DataFrame copy = new DefaultHttp2DataFrame(
                        Unpooled.copiedBuffer(data.content()), data.isEndStream(), data.padding())
                .stream(data.stream());
        data.release();
        return copy;
    }
}
