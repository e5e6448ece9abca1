package dev.freshet.netty;

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
final class ResponseRetryLater {
    private static final long SMALLEST_SPREAD_MILLIS = 1000;

    private ResponseRetryLater() {}

    /** To a client that takes it from a status: the refusal, and when to come back (RFC 9110 10.2.3). */
    static HttpAnswer refusal(RetryLater reply) {
        HttpAnswer plain = HttpAnswer.refusal(503, reply.reason());
        for (Map.Entry<String, String> header : reply.headers()) {
            plain = plain.header(header.getKey(), header.getValue());
        }
        return plain;
    }

    /** How long the client is to wait, in seconds. */
    static long seconds(RetryLater reply) {
        return reply.delay().plusMillis(999).toSeconds();
    }

    /** To an EventSource: the line that tells when to come back, each at a time of its own. */
    static byte[] line(RetryLater reply) {
        long millis = reply.delay().toMillis();
        long spread = Math.max(SMALLEST_SPREAD_MILLIS, millis / 2);
        return new StreamRetryRange(millis, millis + spread - 1).line();
    }

    /**
     * Answers with a stream that ends with these lines, and the connection with it.
     *
     * @param isUnread whether the client still sends
     */
    static void stream(
            ChannelHandlerContext ctx, HttpRequest request, byte[] lines, boolean isUnread, HttpHeaders more) {
        ByteBuf body = request.method().equals(HttpMethod.HEAD) ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(lines);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_EVENT_STREAM)
                .set(HttpHeaderNames.CONTENT_LENGTH, lines.length)
                .set(HttpHeaderNames.CACHE_CONTROL, ResponseWriter.UNCACHED)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.DATE, ResponseDate.now())
                .add(more);
        ChannelFuture written = ctx.writeAndFlush(response);
        if (isUnread) {
            written.addListener(done -> ResponseLingeringClose.close(ctx.channel()));
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** It asks for a stream by the only method it knows, and as a browser does: with what scripts cannot set, or by name. */
    static boolean looksLikeEventSource(HttpRequest request) {
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
