package dev.freshet.netty;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A builder of an {@link SseRequest} that no client has sent, for tests of an endpoint without a server. A target, a
 * method, a header, a path parameter or a body that no endpoint would receive is rejected. The size of the request is
 * not limited. Not thread-safe.
 *
 * <pre>{@code
 * SseRequest request = SseRequest.builder().endpointPath("/rooms/{room}").target("/rooms/a?since=1").build();
 * SseReply.Subscribe reply = (SseReply.Subscribe) endpoint.handle(request);
 * assertThat(reply.topics()).containsExactly("rooms/a");
 * }</pre>
 */
public final class SseRequestBuilder {
    private static final String CONNECT = "CONNECT";
    private static final List<String> WITHOUT_BODY = List.of("GET", "HEAD");

    private final Map<String, String> namedParameters = new HashMap<>();
    private @Nullable RequestRoutePath endpointPath;
    Map<String, String> pathParameters = Map.of();
    private String targetWithoutQueries = "/";
    private final StringBuilder queries = new StringBuilder();
    final HttpHeaders headers = new DefaultHttpHeaders();
    String method = "GET";
    String rawTarget = targetWithoutQueries;
    RequestTarget target = parsed(rawTarget);
    byte[] body = {};
    SocketAddress remoteAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SocketAddress clientAddress = remoteAddress;

    @Nullable
    SSLSession tlsSession;

    SseRequestBuilder() {}

    private static RequestTarget parsed(String text) {
        boolean isVisible = Objects.requireNonNull(text, "target").chars().allMatch(c -> c > ' ' && c < 0x7F);
        RequestTarget parsed = isVisible && text.startsWith("/") ? RequestTarget.parse(text) : null;
        if (parsed == null) {
            throw new IllegalArgumentException("request.target: \"" + text
                    + "\" (expected: a path that begins with '/' and its query, percent-encoded)");
        }
        try {
            SseRequest.parameters(parsed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "request.target: \"" + text + "\" (expected: a query that is percent-encoded)", e);
        }
        return parsed;
    }

    /**
     * Sets the method; default {@code GET}.
     *
     * @param value a token (RFC 9110 5.6.2), and not {@code CONNECT}, which no endpoint has
     * @throws IllegalArgumentException if it has another form
     */
    public SseRequestBuilder method(String value) {
        boolean isToken = AddedHeaders.TOKEN
                .matcher(Objects.requireNonNull(value, "method"))
                .matches();
        if (!isToken || value.equals(CONNECT)) {
            throw new IllegalArgumentException("request.method: \"" + value
                    + "\" (expected: a token of RFC 9110 5.6.2 such as GET or POST, and not CONNECT)");
        }
        this.method = value;
        return this;
    }

    /**
     * Sets the request target in origin form (RFC 9112 3.2.1), ASCII and percent-encoded: path and query; default
     * {@code /}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public SseRequestBuilder target(String value) {
        this.target = parsed(value);
        this.targetWithoutQueries = value;
        return this;
    }

    /**
     * Adds a query parameter behind those of the {@link #target}, which may be set before or after; name and value are
     * percent-encoded here.
     */
    public SseRequestBuilder query(String name, String value) {
        String encodedName = encoded(Objects.requireNonNull(name, "name"));
        queries.append('&').append(encodedName).append('=').append(encoded(Objects.requireNonNull(value, "value")));
        return this;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Sets the path that the endpoint is registered at, as of {@link SseHandler.Builder#endpoint}: the path parameters
     * are then those of the {@link #target}. Default none: no path is matched.
     *
     * @throws IllegalArgumentException if the path is invalid
     */
    public SseRequestBuilder endpointPath(String path) {
        this.endpointPath = RequestRoutePath.parse(Objects.requireNonNull(path, "path"));
        return this;
    }

    /**
     * Sets the value of a parameter of the endpoint's path, percent-decoded, without an {@link #endpointPath}.
     *
     * @param name the name as registered, as of {@link SseHandler.Builder#endpoint}; {@code *} for the rest of the path
     * @param value not empty, but for the rest, and neither {@code .} nor {@code ..}; without NUL and unpaired
     *     surrogates, which no target encodes
     * @throws IllegalArgumentException if the name or the value has another form
     */
    public SseRequestBuilder pathParameter(String name, String value) {
        if (!RequestRoutePath.isName(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException("request.pathParameter: \"" + name
                    + "\" (expected: a name of letters, digits, '_' and '-' that begins with a letter or '_'; or *)");
        }
        boolean isRest = name.equals(RequestRoutePath.REST);
        List<String> segments = List.of(Objects.requireNonNull(value, "value").split("/", -1));
        if (isRest ? !RequestRoutePath.isRest(segments, 0) : !RequestRoutePath.isValue(value)) {
            throw new IllegalArgumentException("request.pathParameter: of " + name + ", \"" + value
                    + "\" (expected: no segment that is " + (isRest ? "'.' or '..'" : "empty, '.' or '..'") + ")");
        }
        if (value.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException(
                    "request.pathParameter: of " + name + " (expected: no NUL and no unpaired surrogate)");
        }
        namedParameters.put(name, value);
        return this;
    }

    /**
     * Sets the last event id: the header {@code Last-Event-ID}, in UTF-8 (HTML 9.2.2).
     *
     * @param value without control characters and without space at its ends, which a header cannot carry; empty for a
     *     client that has none
     * @throws IllegalArgumentException if it has another form
     */
    public SseRequestBuilder lastEventId(String value) {
        byte[] bytes = Objects.requireNonNull(value, "value").getBytes(StandardCharsets.UTF_8);
        headers.remove(SseRequest.LAST_EVENT_ID);
        return header(SseRequest.LAST_EVENT_ID, new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /**
     * Adds a header.
     *
     * @param name a token (RFC 9110 5.6.2)
     * @param value without control characters and without space at its ends, one char for each byte, as decoded from
     *     the wire (RFC 9110 5.5)
     * @throws IllegalArgumentException if the name or the value has another form
     */
    public SseRequestBuilder header(String name, String value) {
        AddedHeaders.checkName(Objects.requireNonNull(name, "name"));
        AddedHeaders.checkValue(name, Objects.requireNonNull(value, "value"));
        headers.add(name, value);
        return this;
    }

    /** Sets the body, copied; default empty. It must be empty with GET and HEAD, for which a server reads none. */
    public SseRequestBuilder body(byte[] value) {
        this.body = Objects.requireNonNull(value, "value").clone();
        return this;
    }

    /** Sets the body as text in UTF-8; {@link #body(byte[])}. */
    public SseRequestBuilder body(String value) {
        return body(Objects.requireNonNull(value, "value").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sets the remote address of the socket, and the client's address unless {@link #clientAddress} is set after it;
     * default loopback, port 0.
     */
    public SseRequestBuilder remoteAddress(SocketAddress value) {
        this.remoteAddress = Objects.requireNonNull(value, "remoteAddress");
        return clientAddress(value);
    }

    /** Sets the address of the client, as named by a trusted proxy. */
    public SseRequestBuilder clientAddress(SocketAddress value) {
        this.clientAddress = Objects.requireNonNull(value, "clientAddress");
        return this;
    }

    /** Sets the TLS session of the connection; default none: a connection without TLS. */
    public SseRequestBuilder tlsSession(SSLSession value) {
        this.tlsSession = Objects.requireNonNull(value, "tlsSession");
        return this;
    }

    /**
     * Builds the request.
     *
     * @throws IllegalArgumentException if the target does not match the {@link #endpointPath}, path parameters were set
     *     beside that, or there is a body with GET or HEAD
     */
    public SseRequest build() {
        if (body.length > 0 && WITHOUT_BODY.contains(method)) {
            throw new IllegalArgumentException("request.body: " + body.length + " bytes with " + method
                    + " (expected: none, as a server does not read it)");
        }
        rawTarget = targetWithQueries();
        target = parsed(rawTarget);
        pathParameters = endpointPath == null ? namedParameters : matched(endpointPath);
        return new SseRequest(this);
    }

    private String targetWithQueries() {
        if (queries.isEmpty()) {
            return targetWithoutQueries;
        }
        boolean hasQuery = targetWithoutQueries.indexOf('?') >= 0;
        return targetWithoutQueries + (hasQuery ? queries : "?" + queries.substring(1));
    }

    private Map<String, String> matched(RequestRoutePath path) {
        if (!namedParameters.isEmpty()) {
            throw new IllegalArgumentException("request.pathParameter: " + namedParameters.keySet()
                    + " (expected: none beside endpointPath, which takes them from the target)");
        }
        Map<String, String> parameters = path.match(target);
        if (parameters == null) {
            throw new IllegalArgumentException(
                    "request.target: \"" + rawTarget + "\" (expected: one of the endpoint at \"" + path.text() + "\")");
        }
        return parameters;
    }
}
