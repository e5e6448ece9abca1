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
 * From where requests may come. Immutable and thread-safe.
 *
 * @param hosts that the server is known by, in lower case; null where any will do
 * @param origins whose pages may ask, in lower case; null where all may
 * @param scope of which requests both are looked at
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

    /** The address of the client, as far as trusted proxies name it. */
    SocketAddress client(HttpHeaders headers, SocketAddress remote) {
        return proxies == null ? remote : proxies.client(headers, remote);
    }

    /** Whether the address is a trusted proxy, which many clients share. */
    boolean isProxy(@Nullable SocketAddress address) {
        return proxies != null && proxies.trusts(address);
    }

    /** The refusal of a request from this source, or null. */
    @Nullable
    HttpAnswer check(RequestSource source) {
        HttpAnswer misdirected = misdirected(source);
        return misdirected == null ? forbidden(source) : misdirected;
    }

    /** The refusal of a request that passes to the handlers behind, or null. */
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
                        421,
                        "host: \"" + ResponseWriter.quotable(source.host()) + "\" (expected: a name of this server)");
    }

    private @Nullable HttpAnswer forbidden(RequestSource source) {
        List<String> from = source.origins();
        if (origins == null || from.isEmpty() || from.size() == 1 && mayAsk(origins, from.get(0), source)) {
            return null;
        }
        return HttpAnswer.refusal(
                403, "origin: \"" + ResponseWriter.quotable(from.get(0)) + "\" (expected: an origin that may ask)");
    }

    private boolean mayAsk(Set<String> origins, String origin, RequestSource source) {
        return origins.contains(CorsPolicy.plain(origin.toLowerCase(Locale.ROOT)))
                || source.isOwn(origin)
                || cors != null && !cors.any && cors.allows(origin);
    }

    /**
     * Tells a page, and the caches on its way, what they may do with the answer.
     *
     * @param methods for a preflight of the policy, those that it is told; else empty
     * @param headers are set
     */
    void tell(HttpRequest request, Function<CorsPolicy, String> methods, BiConsumer<CharSequence, Object> headers) {
        boolean isAllowed = tell(request.headers().get(HttpHeaderNames.ORIGIN), headers);
        if (cors == null || !isAllowed) {
            return;
        }
        String told = isPreflight(request) ? methods.apply(cors) : "";
        if (!told.isEmpty()) { // else the preflight is for a method of another policy, or of none
            headers.accept(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, told);
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

    /** The headers of an answer to a request of no endpoint, for pages and caches. */
    HttpHeaders told(@Nullable String origin) {
        HttpHeaders told = new DefaultHttpHeaders();
        if (tell(origin, told::set) && cors != null) {
            told.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, cors.exposedHeaders);
        }
        return told;
    }

    /** Returns whether a page of the origin may read the answer. */
    private boolean tell(@Nullable String origin, BiConsumer<CharSequence, Object> headers) {
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
