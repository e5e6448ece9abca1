package dev.freshet.netty;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reply that is a whole response instead of a stream: {@link SseReply#answer}, {@link SseReply#refuse}. It is equal to
 * another with the same status, content type, body and headers; the reason of a refusal is not compared. Immutable and thread-safe.
 */
public final class HttpAnswer implements SseReply {
    static final String JSON = "application/json";
    private static final byte[] NOTHING = {};
    private static final int SHOWN_BYTES = 200;

    private final int status;
    private final @Nullable String contentType;
    private final byte[] body;
    private final List<Map.Entry<String, String>> headers;

    /** The reason of a refusal, which the application may write in another form; else null. */
    private final @Nullable String reason;

    private final @Nullable RefusalReason why;

    private HttpAnswer(
            int status,
            @Nullable String contentType,
            byte[] body,
            List<Map.Entry<String, String>> headers,
            @Nullable String reason,
            @Nullable RefusalReason why) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.headers = headers;
        this.reason = reason;
        this.why = why;
    }

    static HttpAnswer of(int status) {
        return new HttpAnswer(checked(status), null, NOTHING, List.of(), null, null);
    }

    static HttpAnswer of(int status, String contentType, byte[] body) {
        AddedHeaders.checkValue("Content-Type", contentType);
        boolean mayHaveBody =
                checked(status) != 204 && status != 205 && status != 304; // RFC 9110 15.3.5, 15.3.6, 15.4.5
        if (!mayHaveBody && body.length > 0) {
            throw new IllegalArgumentException(
                    "answer.body: " + body.length + " bytes with status " + status + " (expected: none)");
        }
        return new HttpAnswer(status, mayHaveBody ? contentType : null, body, List.of(), null, null);
    }

    /** Returns a refusal with the reason as text, or the status if there is no reason. */
    static HttpAnswer refusal(RefusalReason why, int status, String reason) {
        String text = reason.isEmpty() ? HttpResponseStatus.valueOf(status).reasonPhrase() : reason;
        HttpAnswer plain = of(status, "text/plain;charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
        return new HttpAnswer(status, plain.contentType, plain.body, List.of(), text, why);
    }

    private static int checked(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("answer.status: " + status + " (expected: 200 to 599)");
        }
        return status;
    }

    /** Returns the status. */
    public int status() {
        return status;
    }

    /** Returns the media type of the body, or null if there is none. */
    public @Nullable String contentType() {
        return contentType;
    }

    /** Returns a copy of the body; empty if there is none. */
    public byte[] body() {
        return body.clone();
    }

    /** Returns the body as text in UTF-8. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return body;
    }

    /**
     * {@inheritDoc}
     *
     * <p>{@code Cache-Control}, {@code WWW-Authenticate} and {@code Retry-After} replace the default: {@code no-store},
     * with 401 a challenge for a bearer token, and with 503 five seconds.
     */
    @Override
    public HttpAnswer header(String name, String value) {
        return new HttpAnswer(status, contentType, body, AddedHeaders.add(headers, name, value), reason, why);
    }

    /**
     * Returns the reason of a refusal, or null if this is none: that of {@link SseReply#refuse(int, String)}, else the
     * reason phrase of the status. {@link SseHandler.Builder#refusals} may write it in another form than the body.
     */
    public @Nullable String reason() {
        return reason;
    }

    /** Returns the reason of a refusal as a value, or null if this is none. */
    @Nullable
    RefusalReason why() {
        return why;
    }

    /**
     * Returns a reply with this status and these headers, and with the type, the body and the additional headers of
     * another.
     */
    HttpAnswer writtenAs(HttpAnswer other) {
        List<Map.Entry<String, String>> all = new ArrayList<>(headers);
        all.addAll(other.headers);
        return new HttpAnswer(status, other.contentType, other.body, List.copyOf(all), null, null);
    }

    @Override
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HttpAnswer that
                && status == that.status
                && Objects.equals(contentType, that.contentType)
                && Arrays.equals(body, that.body)
                && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, contentType, Arrays.hashCode(body), headers);
    }

    /** Returns the status, content type, reason or begin of the body, and headers, for the messages of tests. */
    @Override
    public String toString() {
        String text = reason != null
                ? reason
                : new String(body, 0, Math.min(SHOWN_BYTES, body.length), StandardCharsets.UTF_8)
                        + (body.length > SHOWN_BYTES ? "..." : "");
        List<String> shown = headers.stream()
                .map(header -> header.getKey().equalsIgnoreCase("Set-Cookie") ? header.getKey() : header.toString())
                .toList();
        return "HttpAnswer[" + status + " " + Objects.toString(contentType, "") + " \""
                + text.replaceAll("\\p{Cntrl}", "?") + "\" " + shown + "]";
    }
}
