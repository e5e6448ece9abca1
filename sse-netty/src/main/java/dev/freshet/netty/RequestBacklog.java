package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The queue of received parts behind a request that is not yet answered or not yet checked; meanwhile reading is
 * paused. If the byte limits do not allow a part, a decoder failure is queued in its place. Confined to the channel's
 * event loop.
 */
final class RequestBacklog {
    private final Deque<HttpObject> parts = new ArrayDeque<>(0);
    private final IncomingReadPause pause = new IncomingReadPause();
    private final IncomingBytes bytes;
    private boolean refused;
    /** Whether more is queued than the end of a request without a body. */
    private boolean holdsBack;

    RequestBacklog(IncomingConnectionBudget budget) {
        this.bytes = budget.request(this::refuse);
    }

    /** Queues a part. Reading is paused only for pipelined requests: until then a disconnection is detected. */
    void add(ChannelHandlerContext ctx, HttpObject part) {
        assert ctx.channel().eventLoop().inEventLoop();
        boolean ends = part instanceof LastHttpContent last && !last.content().isReadable();
        if (!ends || part instanceof HttpRequest) {
            holdsBack = true;
            pause.begin(ctx.channel());
        }
        if (refused) {
            ReferenceCountUtil.release(part);
        } else {
            parts.add(counted(ctx, part));
        }
    }

    private HttpObject counted(ChannelHandlerContext ctx, HttpObject part) {
        if (ctx.channel() instanceof Http2StreamChannel) {
            return part; // HTTP/2's flow-control window bounds it
        }
        if (bytes.add(IncomingBudget.sizeOf(part))) {
            return alone(part);
        }
        ReferenceCountUtil.release(part);
        refused = true;
        return IncomingOverBudgetException.inPlaceOf(part instanceof HttpRequest);
    }

    /** Returns a copy of a part of a body, without its buffer, which may be much larger. */
    private static HttpObject alone(HttpObject part) {
        if (!(part instanceof HttpContent content)
                || part instanceof HttpRequest
                || !content.content().isReadable()) {
            return part;
        }
        HttpContent copy = content.replace(Unpooled.copiedBuffer(content.content()));
        copy.setDecoderResult(content.decoderResult());
        content.release();
        return copy;
    }

    /** Drops the queue, because other requests require the room. */
    private void refuse() {
        boolean ends = parts.peek() == LastHttpContent.EMPTY_LAST_CONTENT; // of the current request; it holds nothing
        boolean head = ends || parts.peek() instanceof HttpRequest;
        clear();
        refused = true;
        if (ends) {
            parts.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        parts.add(IncomingOverBudgetException.inPlaceOf(head));
    }

    /** Puts back the part that was taken last. */
    void putBack(ChannelHandlerContext ctx, HttpObject part) {
        assert ctx.channel().eventLoop().inEventLoop();
        parts.addFirst(counted(ctx, part));
    }

    /** Returns whether parts were dropped, so that the next request cannot be found. */
    boolean isRefused() {
        return refused;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    HttpObject take(ChannelHandlerContext ctx) {
        assert ctx.channel().eventLoop().inEventLoop();
        HttpObject part = parts.remove();
        if (parts.isEmpty()) {
            bytes.hold(0);
        } else if (!(ctx.channel() instanceof Http2StreamChannel)) {
            bytes.hold(Math.max(0, bytes.held() - IncomingBudget.sizeOf(part)));
        }
        return part;
    }

    boolean holdsBack() {
        return holdsBack;
    }

    /** Reads, unless parts are queued, whichever handler has turned reading on. */
    void read(ChannelHandlerContext ctx) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (holdsBack) {
            pause.withhold(ctx.channel());
        } else {
            ctx.read();
        }
    }

    void resumeReading(ChannelHandlerContext ctx) {
        assert ctx.channel().eventLoop().inEventLoop();
        holdsBack = false;
        pause.end(ctx);
    }

    void clear() {
        parts.forEach(ReferenceCountUtil::release);
        parts.clear();
    }

    /** Drops the queue for good. */
    void end() {
        clear();
        holdsBack = false; // further input is discarded, so a client that still sends must be read
        bytes.end();
    }
}
