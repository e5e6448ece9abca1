package dev.freshet.examples;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has pages of other origins read what is refused before an endpoint was found, as the library's own policy has them read all
 * else; to a shared cache each answer is one of many. Stands in front of all that answers.
 *
 * <p>Confined to its connection's event loop; one per connection.
 */
final class Cors extends ChannelDuplexHandler {

    private static final String NONE = "";

    private final @Nullable Predicate<String> origins;

    /** Who asked what has no answer yet: no more than were read in one go, for then the library reads no further. */
    private final Queue<String> asked = new ArrayDeque<>(1);

    /** Allows these origins; null allows any. */
    Cors(@Nullable Predicate<String> origins) {
        this.origins = origins;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            asked.add(request.headers().get(HttpHeaderNames.ORIGIN, NONE));
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            String origin = asked.poll();
            tell(response.headers(), origin == null ? NONE : origin);
        }
        context.write(message, promise);
    }

    private void tell(HttpHeaders headers, String origin) {
        if (origins != null) {
            headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
        if (!origin.equals(NONE) && (origins == null || origins.test(origin))) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origins == null ? "*" : origin);
        }
    }
}
