package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The source of a request, as its head names it.
 *
 * @param host the host that the request names, in lower case; "" for none
 * @param schemes the possible schemes of the request: {@code https} over TLS, else both, because a proxy may terminate
 *     TLS
 * @param origins the values of {@code Origin}, as received; usually one, none if the client sends none
 */
record RequestSource(String host, Set<String> schemes, List<String> origins) {
    private static final Set<String> EITHER = Set.of("http", "https");
    private static final Set<String> HTTPS = Set.of("https");

    /**
     * Returns the source of a request.
     *
     * @param authority the authority in its target, or null
     */
    static RequestSource of(HttpRequest request, @Nullable String authority, Channel channel) {
        return new RequestSource(
                plain(host(request, authority, channel).toLowerCase(Locale.ROOT)),
                tls(channel) == null ? EITHER : HTTPS,
                request.headers().getAll(HttpHeaderNames.ORIGIN));
    }

    /**
     * Returns the host in lower case. Over HTTP/2 the authority is never part of the path (RFC 9113 8.3.1): the codec
     * makes it a header.
     */
    private static String host(HttpRequest request, @Nullable String authority, Channel channel) {
        return authority == null || channel instanceof Http2StreamChannel
                ? request.headers().get(HttpHeaderNames.HOST, "")
                : authority;
    }

    /**
     * Returns a host with an address in its shortest form, as in the names that it is compared with, and without a
     * colon that no port follows.
     */
    private static String plain(String host) {
        String parsed =
                CorsPolicy.parse("http://" + (host.endsWith(":") ? host.substring(0, host.length() - 1) : host));
        return parsed == null ? host : parsed.substring("http://".length());
    }

    /** Returns the TLS handler of the whole connection, or null if it has none. */
    static @Nullable SslHandler tls(Channel channel) {
        Channel connection = channel instanceof Http2StreamChannel ? channel.parent() : channel;
        return connection.pipeline().get(SslHandler.class);
    }

    /** Returns whether the origin is this server's own, by the host of the request. */
    boolean isOwn(String origin) {
        String page = CorsPolicy.plain(origin.toLowerCase(Locale.ROOT));
        return !host.isEmpty()
                && schemes.stream().anyMatch(scheme -> page.equals(CorsPolicy.plain(scheme + "://" + host)));
    }

    /** Returns whether the host is one of these names, each with the port of the request or without a port for any. */
    boolean isNamed(Set<String> names) {
        int port = host.lastIndexOf(':');
        boolean named = port > host.lastIndexOf(']');
        String name = named ? host.substring(0, port) : host;
        return names.contains(host)
                || names.contains(name)
                || !named && schemes.stream().anyMatch(scheme -> names.contains(name + CorsPolicy.port(scheme)));
    }
}
