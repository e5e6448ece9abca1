package dev.freshet.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A request for a stream. Immutable and thread-safe. */
public final class SseRequest {
    static final String LAST_EVENT_ID = "Last-Event-ID";
    /** The query parameters of polyfills and clients that cannot set the header; the most common first. */
    private static final List<String> LAST_EVENT_ID_QUERIES =
            List.of("lastEventId", "last_event_id", LAST_EVENT_ID, "lastEventID", "evs_last_event_id");

    private static final byte[] NO_BODY = new byte[0];

    private final String method;
    private final String rawTarget;
    private final RequestTarget target;
    private final Map<String, String> pathParameters;
    private final HttpHeaders headers;
    private final byte[] body;
    private final boolean hasBody;
    private final SocketAddress remoteAddress;
    private final SocketAddress clientAddress;
    private final @Nullable SSLSession tlsSession;

    /** Creates a request from the head that a client has sent. */
    SseRequest(
            HttpRequest head,
            RequestTarget target,
            Map<String, String> pathParameters,
            boolean hasBody,
            SocketAddress remoteAddress,
            SocketAddress clientAddress,
            @Nullable SSLSession tlsSession) {
        this.target = target;
        this.method = head.method().name();
        this.rawTarget = head.uri();
        this.pathParameters = pathParameters;
        this.headers = head.headers();
        this.body = NO_BODY;
        this.hasBody = hasBody;
        this.remoteAddress = remoteAddress;
        this.clientAddress = clientAddress;
        this.tlsSession = tlsSession;
    }

    private SseRequest(SseRequest head, byte[] body) {
        this.method = head.method;
        this.rawTarget = head.rawTarget;
        this.target = head.target;
        this.pathParameters = head.pathParameters;
        this.headers = head.headers;
        this.body = body;
        this.hasBody = head.hasBody;
        this.remoteAddress = head.remoteAddress;
        this.clientAddress = head.clientAddress;
        this.tlsSession = head.tlsSession;
    }

    SseRequest(SseRequestBuilder builder) {
        this.method = builder.method;
        this.rawTarget = builder.rawTarget;
        this.target = builder.target;
        this.pathParameters = Map.copyOf(builder.pathParameters);
        this.headers = builder.headers.copy();
        this.body = builder.body;
        this.hasBody = body.length > 0;
        this.remoteAddress = builder.remoteAddress;
        this.clientAddress = builder.clientAddress;
        this.tlsSession = builder.tlsSession;
    }

    /**
     * Returns a builder of a request that no client has sent, for tests of an endpoint without a server. It is a GET of
     * {@code /} from the loopback address unless set.
     */
    public static SseRequestBuilder builder() {
        return new SseRequestBuilder();
    }

    /** Returns this request with its body. */
    SseRequest with(byte[] body) {
        return body.length == 0 ? this : new SseRequest(this, body);
    }

    /** Returns this request without its body, if the body was received with it. */
    SseRequest head() {
        return body.length == 0 ? this : new SseRequest(this, NO_BODY);
    }

    /** Returns whether a body follows the head. */
    boolean hasBody() {
        return hasBody;
    }

    /**
     * Returns the query parameters. They are decoded on each call and not stored: many short ones would take forty
     * times the memory of their text.
     */
    private Map<String, List<String>> parameters() {
        return parameters(target);
    }

    /** Returns the query parameters of a target; throws an IllegalArgumentException if an escape is malformed. */
    static Map<String, List<String>> parameters(RequestTarget target) {
        if (target.query().isEmpty()) {
            return Map.of();
        }
        // No limit in the decoder, which would silently drop parameters above it.
        return new QueryStringDecoder(target.query(), StandardCharsets.UTF_8, false, Integer.MAX_VALUE, true)
                .parameters();
    }

    /** Returns the method as sent; it is case-sensitive (RFC 9110 9.1). */
    public String method() {
        return method;
    }

    /** Returns the request target as received (RFC 9112 3.2), query included. */
    public String target() {
        return rawTarget;
    }

    /** Returns the path, percent-decoded. A slash in it may have been percent-encoded. */
    public String path() {
        return target.path();
    }

    /**
     * Returns the value of a parameter of the endpoint's path, percent-decoded. It contains a slash if the client
     * encoded one. It is not empty, and neither {@code .} nor {@code ..}.
     *
     * @param name the name as registered: {@code room} for {@code /rooms/{room}}, {@code *} for the rest at {@code
     *     /files/*}, which may be empty and has no slash that was percent-encoded
     * @throws IllegalArgumentException if the endpoint's path has no such parameter
     */
    public String pathParameter(String name) {
        String value = pathParameters.get(Objects.requireNonNull(name, "name"));
        if (value == null) {
            throw new IllegalArgumentException("pathParameter: \"" + name + "\" (expected: "
                    + (pathParameters.isEmpty()
                            ? "none, as the path has none"
                            : String.join(", ", pathParameters.keySet()))
                    + ")");
        }
        return value;
    }

    /** Returns the first value of a query parameter, percent-decoded, or null if there is none. */
    public @Nullable String query(String name) {
        List<String> values = queryAll(name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** Returns all values of a query parameter, in order; an empty list if there is none. */
    public List<String> queryAll(String name) {
        return parameters().getOrDefault(Objects.requireNonNull(name, "name"), List.of());
    }

    /** Returns the first value of a header, or null if there is none. The name is case-insensitive. */
    public @Nullable String header(String name) {
        return headers.get(Objects.requireNonNull(name, "name"));
    }

    /** Returns all values of a header, in order; an empty list if there is none. The name is case-insensitive. */
    public List<String> headerAll(String name) {
        return List.copyOf(headers.getAll(Objects.requireNonNull(name, "name")));
    }

    /** Returns the value of a cookie (RFC 6265 4.2), the first if there are several, or null if there is none. */
    public @Nullable String cookie(String name) {
        Objects.requireNonNull(name, "name");
        for (String header : headers.getAll(HttpHeaderNames.COOKIE)) {
            for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(header)) {
                if (cookie.name().equals(name)) {
                    return cookie.value();
                }
            }
        }
        return null;
    }

    /**
     * Returns a copy of the whole body. It is empty if the request has none, at an endpoint for GET, which reads none,
     * and in {@link SseEndpoint#head}, before the body is read. Its size is bounded: {@link Limits.Builder#bodyBytes}.
     */
    public byte[] body() {
        return body.clone();
    }

    /** Returns the body as text in UTF-8, empty if {@link #body} is. Malformed bytes become U+FFFD. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * Returns the TLS session of the connection: its protocol, its cipher, and if the server requests one the client's
     * certificate ({@link SSLSession#getPeerCertificates}). Over HTTP/2 all requests of a connection share it.
     *
     * @return the session, or null if the connection has no TLS, as behind a proxy that terminates it
     */
    public @Nullable SSLSession tlsSession() {
        return tlsSession;
    }

    /** Returns the remote address of the socket. */
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    /**
     * Returns the address of the client: the remote address of the socket, or behind {@link
     * SseHandler.Builder#trustedProxies} the address that the proxies name, with port 0 if they name no port.
     */
    public SocketAddress clientAddress() {
        return clientAddress;
    }

    /**
     * Returns the last event id, or null if there is none. It is read from the header {@code Last-Event-ID}, else from
     * the first of these query parameters that has a value: {@code lastEventId}, {@code last_event_id}, {@code
     * Last-Event-ID}, {@code lastEventID}, {@code evs_last_event_id}. Of a repeated parameter the last value that is
     * not empty counts.
     */
    public @Nullable String lastEventId() {
        String header = headerLastEventId();
        return header == null ? lastEventId(parameters()) : header;
    }

    /**
     * Returns the last event id, or null if there is none, after a check of the whole query.
     *
     * @throws IllegalArgumentException if an escape in the query is malformed, even if the header has the id
     */
    @Nullable
    String checkedLastEventId() {
        Map<String, List<String>> query = parameters();
        String header = headerLastEventId();
        return header == null ? lastEventId(query) : header;
    }

    private @Nullable String headerLastEventId() {
        String header = headers.get(LAST_EVENT_ID);
        // On the wire it is UTF-8 (HTML 9.2.2); the HTTP decoder gives one char for each byte.
        return header == null || header.isEmpty()
                ? null
                : new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static @Nullable String lastEventId(Map<String, List<String>> query) {
        for (String name : LAST_EVENT_ID_QUERIES) {
            List<String> values = query.getOrDefault(name, List.of());
            for (int i = values.size() - 1; i >= 0; i--) {
                if (!values.get(i).isEmpty()) {
                    return values.get(i);
                }
            }
        }
        return null;
    }
}
