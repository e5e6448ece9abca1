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
 * Counts the DATA frames and the trailers of an HTTP/2 connection as they come, because they wait in their streams where these
 * are not read, and a frame takes more than the window counts. A request is complete with its last frame. Stands before the handler that has the child channels; confined to the event
 * loop.
 */
final class IncomingHttp2Data extends ChannelInboundHandlerAdapter {
    private final IncomingConnectionBudget budget;

    IncomingHttp2Data(IncomingConnectionBudget budget) {
        this.budget = budget;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
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
            ReferenceCountUtil.release(kept); // with the stream's end its window comes back
            request.refuse();
            return;
        }
        if (ends) {
            request.complete();
        }
        ctx.fireChannelRead(kept);
    }

    /** Without the buffer that it came in, which is larger: it may wait behind others. */
    private static Http2DataFrame alone(Http2DataFrame data) {
        Http2DataFrame copy = new DefaultHttp2DataFrame(
                        Unpooled.copiedBuffer(data.content()), data.isEndStream(), data.padding())
                .stream(data.stream());
        data.release();
        return copy;
    }
}
