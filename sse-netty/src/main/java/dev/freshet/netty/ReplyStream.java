package dev.freshet.netty;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a stream, whatever it is a stream of.
 *
 * @param <R> the reply's own type
 */
abstract class ReplyStream<R extends SseReply> {
    final StreamTerms terms;

    ReplyStream(StreamTerms terms) {
        this.terms = terms;
    }

    abstract R with(StreamTerms more);

    /** Something to know the connection by later: {@link SseConnection#attribute}. */
    public R attribute(String name, Object value) {
        return with(terms.withAttribute(name, value));
    }

    /** The attributes by name; immutable. */
    public Map<String, Object> attributes() {
        return terms.attributes();
    }

    /** Whose stream it is, such as a user's or a tenant's, for {@link Limits.Builder#connectionsPerKey}. */
    public R key(String name) {
        return with(terms.withKey(name));
    }

    /** Whose stream it is, or null where that is not said. */
    public @Nullable String key() {
        return terms.key();
    }

    /**
     * When the stream ends at the latest, with an event of type {@code credentials-expired}: usually when what the client
     * showed to get it expires. A client that comes back is asked anew. Where it has come already, the client gets that event
     * and nothing else: no snapshot and nothing retained, no publisher is subscribed to, and no {@link SseConnection} is opened.
     * The publisher of a finite stream is cancelled, and the response cut off behind the event, so that it does not pass for
     * whole.
     */
    public R expiresAt(Instant time) {
        return with(terms.withExpiresAt(time));
    }

    /** When the stream ends at the latest, or null where that is not said. */
    public @Nullable Instant expiresAt() {
        return terms.expiresAt();
    }

    /** See {@link SseReply#header}. */
    public R header(String name, String value) {
        return with(terms.withHeader(name, value));
    }

    /** See {@link SseReply#headers}. */
    public List<Map.Entry<String, String>> headers() {
        return terms.headers();
    }
}
