package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The checks of the host and the origin of requests, with CORS and trusted proxies. Immutable and thread-safe.
 *
 * @param hosts the names of this server, in lower case; null for no check
 * @param origins the origins that may send requests, in lower case; null for no check
 * @param cors the CORS policy, or null
 * @param proxies the trusted proxies, or null
 * @param scope the requests that are checked
 */
record RequestPolicy(
        @Nullable Set<String> hosts,
        @Nullable Set<String> origins,
        @Nullable CorsPolicy cors,
        @Nullable RequestProxies proxies,
        AccessScope scope) {
    static final RequestPolicy OPEN = new RequestPolicy(null, null, null, null, AccessScope.ENDPOINTS);

    /** Checks a host name and returns it in lower case. */
    static String checkHost(String name) {
        String origin = CorsPolicy.parse("http://" + name.toLowerCase(Locale.ROOT));
        if (origin == null) {
            throw new IllegalArgumentException(
                    "hosts: \"" + name + "\" (expected: a name such as localhost, [::1] or example.com:8080)");
        }
        return origin.substring("http://".length());
    }

    /** Returns whether code of the application decides over an origin. */
    boolean asksApplication() {
        return cors != null && cors.asksApplication;
    }

    RequestPolicy withHosts(Collection<String> value) {
        return new RequestPolicy(Set.copyOf(value), origins, cors, proxies, scope);
    }

    RequestPolicy withOrigins(Collection<String> value) {
        return new RequestPolicy(hosts, Set.copyOf(value), cors, proxies, scope);
    }

    RequestPolicy withCors(CorsPolicy value) {
        return new RequestPolicy(hosts, origins, value, proxies, scope);
    }

    RequestPolicy withProxies(RequestProxies value) {
        return new RequestPolicy(hosts, origins, cors, value, scope);
    }

    RequestPolicy withScope(AccessScope value) {
        return new RequestPolicy(hosts, origins, cors, proxies, value);
    }

    /** Returns the address of the client, as trusted proxies name it, else the remote address. */
    SocketAddress client(HttpHeaders headers, SocketAddress remote) {
        return proxies == null ? remote : proxies.client(headers, remote);
    }

    /** Returns whether the address is a trusted proxy, which many clients share. */
    boolean isProxy(@Nullable SocketAddress address) {
        return proxies != null && proxies.trusts(address);
    }

    /** Returns the refusal of a request from this source, or null. */
    @Nullable
    HttpAnswer check(RequestSource source) {
        HttpAnswer misdirected = misdirected(source);
        return misdirected == null ? forbidden(source) : misdirected;
    }

    /** Returns the refusal of a request that passes to the handlers behind, or null. */
    @Nullable
    HttpAnswer checkPassedOn(HttpRequest request, Channel channel) {
        if (scope == AccessScope.ENDPOINTS) {
            return null;
        }
        HttpAnswer misnamed = RequestHeadCheck.misnamed(request, false);
        if (misnamed != null) {
            return misnamed; // the next handler might read the other of two names
        }
        RequestTarget target = RequestTarget.parse(request.uri());
        RequestSource source = RequestSource.of(request, target == null ? null : target.authority(), channel);
        return check(source);
    }

    private @Nullable HttpAnswer misdirected(RequestSource source) {
        return hosts == null || source.isNamed(hosts)
                ? null
                : HttpAnswer.refusal(
                        RefusalReason.HOST,
                        421,
                        "host: \"" + ResponseWriter.quotable(source.host()) + "\" (expected: a name of this server)");
    }

    private @Nullable HttpAnswer forbidden(RequestSource source) {
        List<String> from = source.origins();
        if (origins == null || from.isEmpty() || from.size() == 1 && mayAsk(origins, from.get(0), source)) {
            return null;
        }
        return HttpAnswer.refusal(
                RefusalReason.ORIGIN,
                403,
                "origin: \"" + ResponseWriter.quotable(from.get(0)) + "\" (expected: an origin that may ask)");
    }

    private boolean mayAsk(Set<String> origins, String origin, RequestSource source) {
        return origins.contains(CorsPolicy.plain(origin.toLowerCase(Locale.ROOT)))
                || source.isOwn(origin)
                || cors != null && !cors.any && cors.allows(origin);
    }

    /**
     * Sets the CORS headers of a response and its {@code Vary}.
     *
     * @param methods returns the allowed methods for a preflight of the policy; else ""
     * @param headers sets a header
     */
    void setCorsHeaders(
            HttpRequest request, Function<CorsPolicy, String> methods, BiConsumer<CharSequence, Object> headers) {
        boolean isAllowed = setCorsHeaders(request.headers().get(HttpHeaderNames.ORIGIN), headers);
        if (cors == null || !isAllowed) {
            return;
        }
        String allowed = isPreflight(request) ? methods.apply(cors) : "";
        if (!allowed.isEmpty()) { // else the preflight is for a method of another policy, or of none
            headers.accept(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, allowed);
            headers.accept(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, cors.requestHeaders);
            headers.accept(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, cors.maxAgeSeconds);
        } else {
            headers.accept(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, cors.exposedHeaders);
        }
    }

    private static boolean isPreflight(HttpRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** Returns the CORS headers of a response to a request of no endpoint, and its {@code Vary}. */
    HttpHeaders corsHeaders(@Nullable String origin) {
        HttpHeaders headers = new DefaultHttpHeaders();
        if (setCorsHeaders(origin, headers::set) && cors != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, cors.exposedHeaders);
        }
        return headers;
    }

    /** Sets the headers that depend on the origin; returns whether a page of the origin may read the response. */
    private boolean setCorsHeaders(@Nullable String origin, BiConsumer<CharSequence, Object> headers) {
        if (origins != null || cors != null && !cors.any) {
            headers.accept(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
        if (cors == null || !cors.any && (origin == null || !cors.allows(origin))) {
            return false;
        }
        headers.accept(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, cors.any ? "*" : Objects.requireNonNull(origin));
        if (cors.credentials) {
            headers.accept(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        return true;
    }
}
