package dev.freshet.netty;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A builder of an {@link SseRequest} that no client has sent, for tests of an endpoint without a server. Not
 * thread-safe.
 *
 * <pre>{@code
 * SseRequest request = SseRequest.builder().target("/rooms/a?since=1").pathParameter("room", "a").build();
 * SseReply.Subscribe reply = (SseReply.Subscribe) endpoint.handle(request);
 * assertThat(reply.topics()).containsExactly("rooms/a");
 * }</pre>
 */
public final class SseRequestBuilder {
    final Map<String, String> pathParameters = new HashMap<>();
    final HttpHeaders headers = new DefaultHttpHeaders();
    String method = "GET";
    String rawTarget = "/";
    RequestTarget target = parsed(rawTarget);
    byte[] body = {};
    SocketAddress remoteAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SocketAddress clientAddress = remoteAddress;

    SseRequestBuilder() {}

    private static RequestTarget parsed(String text) {
        RequestTarget parsed = RequestTarget.parse(Objects.requireNonNull(text, "target"));
        if (parsed == null) {
            throw new IllegalArgumentException("request.target: \"" + text
                    + "\" (expected: a path that begins with '/' and its query, percent-encoded)");
        }
        return parsed;
    }

    /** Sets the method, in capitals, which is not checked; default {@code GET}. */
    public SseRequestBuilder method(String value) {
        this.method = Objects.requireNonNull(value, "method");
        return this;
    }

    /**
     * Sets the request target, percent-encoded: path and query; default {@code /}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public SseRequestBuilder target(String value) {
        this.target = parsed(value);
        this.rawTarget = value;
        return this;
    }

    /** Sets the value of a parameter of the endpoint's path; no path is matched here. */
    public SseRequestBuilder pathParameter(String name, String value) {
        pathParameters.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Sets the last event id, any text: the header {@code Last-Event-ID}, in UTF-8 (HTML 9.2.2). */
    public SseRequestBuilder lastEventId(String value) {
        headers.set(
                "Last-Event-ID",
                new String(
                        Objects.requireNonNull(value, "value").getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1));
        return this;
    }

    /**
     * Adds a header; its value has one char for each byte, as decoded from the wire.
     *
     * @throws IllegalArgumentException if HTTP does not allow the name or the value
     */
    public SseRequestBuilder header(String name, String value) {
        headers.add(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Sets the body, copied; default empty. */
    public SseRequestBuilder body(byte[] value) {
        this.body = Objects.requireNonNull(value, "value").clone();
        return this;
    }

    /** Sets the body as text in UTF-8. */
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

    /** Builds the request. */
    public SseRequest build() {
        return new SseRequest(this);
    }
}
