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
 * The response that tells a client to retry later. An EventSource of a browser does not reconnect after any status but
 * 200, so it receives a stream with a {@code retry} that ends at once. Other clients receive 503 with {@code
 * Retry-After}. The connection is closed in either case.
 */
final class ResponseRetryLater {
    private static final long SMALLEST_SPREAD_MILLIS = 1000;

    private ResponseRetryLater() {}

    /** Returns the refusal for a client that reads the status; it has the headers of the reply. */
    static HttpAnswer refusal(RetryLater reply) {
        HttpAnswer plain = HttpAnswer.refusal(ReplyLater.why(reply), 503, reply.reason());
        for (Map.Entry<String, String> header : reply.headers()) {
            plain = plain.header(header.getKey(), header.getValue());
        }
        return plain;
    }

    /** Returns the delay in seconds, rounded up, for {@code Retry-After} (RFC 9110 10.2.3). */
    static long seconds(RetryLater reply) {
        return reply.delay().plusMillis(999).toSeconds();
    }

    /** Returns the {@code retry} line for an EventSource, with a random delay, so that not all reconnect at once. */
    static byte[] line(RetryLater reply) {
        long millis = reply.delay().toMillis();
        long spread = Math.max(SMALLEST_SPREAD_MILLIS, millis / 2);
        return new StreamRetryRange(millis, millis + spread - 1).line();
    }

    /**
     * Writes a stream of these lines and closes the connection.
     *
     * @param isUnread whether the client may still send
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

    /**
     * Returns whether the request may be that of an EventSource of a browser: the method is GET or HEAD, a stream is
     * accepted, and the headers include one that scripts cannot set, or name a browser.
     */
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
