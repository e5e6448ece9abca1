package dev.freshet.netty;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request for a stream. Immutable; thread-safe. */
public final class SseRequest {
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final List<String> LAST_EVENT_ID_QUERIES = List.of("lastEventId", "last_event_id", LAST_EVENT_ID);

    private final String method;
    private final String path;
    private final Map<String, List<String>> query;
    private final HttpHeaders headers;
    private final byte[] body;
    private final SocketAddress remoteAddress;

    SseRequest(HttpRequest request, byte[] body, SocketAddress remoteAddress) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        this.method = request.method().name();
        this.path = uri.path();
        this.query = uri.parameters();
        this.headers = request.headers();
        this.body = body;
        this.remoteAddress = remoteAddress;
    }

    /** The method, in capitals. */
    public String method() {
        return method;
    }

    /** The path, percent-decoded. */
    public String path() {
        return path;
    }

    /** The first value of a query parameter, percent-decoded, or null. */
    public @Nullable String query(String name) {
        List<String> values = queryAll(name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** Every value of a query parameter, in order. */
    public List<String> queryAll(String name) {
        return query.getOrDefault(name, List.of());
    }

    /** The first value of a header, or null; the name in any case. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** The whole body, as a copy; empty where there is none. Its size is bounded: {@link SseHandler.Builder#bodyLimit}. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as text in UTF-8; what is malformed in it is U+FFFD. Empty where there is none. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The other end of the socket. */
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    /**
     * The last event id: from the header {@code Last-Event-ID}, else from the query parameter {@code lastEventId},
     * {@code last_event_id} or {@code Last-Event-ID}, of repeated ones the last that is not empty; null where there is
     * none.
     */
    public @Nullable String lastEventId() {
        String header = headers.get(LAST_EVENT_ID);
        if (header != null && !header.isEmpty()) {
            // On the wire it is UTF-8 (HTML 9.2.2); the HTTP decoder gives one char for each byte.
            return new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
        for (String name : LAST_EVENT_ID_QUERIES) {
            List<String> values = queryAll(name);
            for (int i = values.size() - 1; i >= 0; i--) {
                if (!values.get(i).isEmpty()) {
                    return values.get(i);
                }
            }
        }
        return null;
    }
}
