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
 * What has come of the requests behind one that is not answered, or not judged; nothing more is read meanwhile. Where there
 * is no room for it, the last of it is replaced by a failure to decode it. Confined to the channel's event loop.
 */
final class RequestBacklog {
    private final Deque<HttpObject> parts = new ArrayDeque<>(0);
    private final IncomingReadPause pause = new IncomingReadPause();
    private final IncomingBytes bytes;
    private boolean refused;
    /** More waits than the end of a request without a body. */
    private boolean holdsBack;

    RequestBacklog(IncomingConnectionBudget budget) {
        this.bytes = budget.request(this::refuse);
    }

    /** Reading stops only with what is pipelined: until then a client that leaves is noticed. */
    void add(ChannelHandlerContext ctx, HttpObject part) {
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
            return part; // its window bounds what comes
        }
        if (bytes.add(IncomingBudget.sizeOf(part))) {
            return alone(part);
        }
        ReferenceCountUtil.release(part);
        refused = true;
        return IncomingOverBudgetException.inPlaceOf(part instanceof HttpRequest);
    }

    /** A part of a body without the buffer that it came in, which may be much larger. */
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

    /** Others need the room. */
    private void refuse() {
        boolean ends = parts.peek() == LastHttpContent.EMPTY_LAST_CONTENT; // of the current one, which holds nothing
        boolean head = ends || parts.peek() instanceof HttpRequest;
        clear();
        refused = true;
        if (ends) {
            parts.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        parts.add(IncomingOverBudgetException.inPlaceOf(head));
    }

    /** One that was taken too early. */
    void putBack(ChannelHandlerContext ctx, HttpObject part) {
        parts.addFirst(counted(ctx, part));
    }

    /** Some of it was dropped, and nobody knows what followed. */
    boolean isRefused() {
        return refused;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    HttpObject take(ChannelHandlerContext ctx) {
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

    /** Whoever turns reading on, it stays off while parts wait. */
    void read(ChannelHandlerContext ctx) {
        if (holdsBack) {
            pause.withhold(ctx.channel());
        } else {
            ctx.read();
        }
    }

    void resumeReading(ChannelHandlerContext ctx) {
        holdsBack = false;
        pause.end(ctx);
    }

    void clear() {
        parts.forEach(ReferenceCountUtil::release);
        parts.clear();
    }

    /** Nobody will take any more. */
    void end() {
        clear();
        holdsBack = false; // what is read is dropped, and a client that still sends must be read
        bytes.end();
    }
}
