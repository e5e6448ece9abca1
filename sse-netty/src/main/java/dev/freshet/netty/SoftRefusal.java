package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.netty.SseReply.RetryLater;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Map;

/**
 * The answer "come later". A browser's EventSource gives up for good on any status but 200, so one is told by {@code retry}
 * in a stream that ends at once; others are told by 503 and {@code Retry-After}. The connection is closed in either case.
 */
final class SoftRefusal {
    private static final long SMALLEST_SPREAD_MILLIS = 1000;

    private SoftRefusal() {}

    /** What it is: come later, or that the time is up, which clients of any kind can be told in a stream. */
    static void answer(ChannelHandlerContext ctx, Engine engine, Asked asked, SseReply reply) {
        if (reply instanceof Expired expired) {
            stream(ctx, asked, EventEncoder.encode(expired.event()));
        } else if (reply instanceof RetryLater later) {
            answer(ctx, engine, asked, later);
        }
    }

    private static void answer(ChannelHandlerContext ctx, Engine engine, Asked asked, RetryLater reply) {
        if (!looksLikeEventSource(asked.request)) {
            long seconds = reply.delay().plusMillis(999).toSeconds();
            asked.answerWith(HttpHeaderNames.RETRY_AFTER, seconds);
            HttpAnswer plain = HttpAnswer.refusal(503, reply.reason());
            for (Map.Entry<String, String> header : reply.headers()) {
                plain = plain.header(header.getKey(), header.getValue());
            }
            HttpAnswer refuse = ResponseRefusals.written(plain, engine);
            asked.carriesOut(refuse);
            Replies.Then then = asked.isUnread() ? Replies.Then.LINGER : Replies.Then.CLOSE;
            Replies.answer(ctx, asked.request, refuse, then, asked.answerHeaders());
            return;
        }
        long millis = reply.delay().toMillis();
        long spread = Math.max(SMALLEST_SPREAD_MILLIS, millis / 2);
        stream(ctx, asked, new RetryRange(millis, millis + spread - 1).line());
    }

    /** A stream that ends with these lines. */
    private static void stream(ChannelHandlerContext ctx, Asked asked, byte[] lines) {
        ByteBuf body = asked.isHead() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(lines);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_EVENT_STREAM)
                .set(HttpHeaderNames.CONTENT_LENGTH, lines.length)
                .set(HttpHeaderNames.CACHE_CONTROL, Replies.UNCACHED)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.DATE, DateField.now())
                .add(asked.answerHeaders());
        ChannelFuture written = ctx.writeAndFlush(response);
        if (asked.isUnread()) {
            written.addListener(done -> Linger.close(ctx.channel()));
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** It asks for a stream by the only method it knows, and as a browser does: with what scripts cannot set, or by name. */
    private static boolean looksLikeEventSource(HttpRequest request) {
        HttpHeaders headers = request.headers();
        HttpMethod method = request.method();
        String agent = headers.get(HttpHeaderNames.USER_AGENT, "");
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                && String.join(",", headers.getAll(HttpHeaderNames.ACCEPT))
                        .toLowerCase(Locale.ROOT)
                        .contains("text/event-stream")
                && (headers.contains("Sec-Fetch-Mode")
                        || headers.contains("Sec-Fetch-Dest")
                        || agent.startsWith("Mozilla/"));
    }
}
