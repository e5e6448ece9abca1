package dev.freshet.examples;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has pages of other origins read every answer that is no endpoint's, as the library's own policy has them read those that
 * are: what is refused before a route was found is told so, too, and to a shared cache each answer is one of many. Stands in
 * front of all that answers.
 *
 * <p>Confined to its connection's event loop; one per connection.
 */
final class Cors extends ChannelDuplexHandler {

    private static final String REQUEST_HEADERS = "Last-Event-ID, Authorization, Content-Type";
    private static final int MAX_AGE_SECONDS = 3600;

    private final @Nullable Predicate<String> origins;

    /** The requests without their answer: no more than were read in one go, for then the library reads no further. */
    private final Queue<Asked> asked = new ArrayDeque<>(1);

    /** Who asks, and whether it is the browser that does, ahead of the page. */
    private record Asked(@Nullable String origin, boolean preflight) {}

    /** Allows these origins; null allows any. */
    Cors(@Nullable Predicate<String> origins) {
        this.origins = origins;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            boolean preflight = request.method().equals(HttpMethod.OPTIONS)
                    && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
            asked.add(new Asked(request.headers().get(HttpHeaderNames.ORIGIN), preflight));
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            Asked by = asked.poll();
            tell(response.headers(), by == null ? new Asked(null, false) : by);
        }
        context.write(message, promise);
    }

    private void tell(HttpHeaders headers, Asked by) {
        if (headers.contains(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN)) {
            return; // the library has told all
        }
        if (origins != null) {
            headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
        if (by.origin() == null || origins != null && !origins.test(by.origin())) {
            return;
        }
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origins == null ? "*" : by.origin());
        String methods = headers.get(HttpHeaderNames.ALLOW);
        if (by.preflight() && methods != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, methods)
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                    .setInt(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        }
    }
}
