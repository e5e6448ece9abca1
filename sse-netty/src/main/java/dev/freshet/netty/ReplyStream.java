package dev.freshet.netty;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that replies of streams have in common.
 *
 * @param <R> the reply's own type
 */
abstract class ReplyStream<R extends SseReply> {
    final StreamTerms terms;

    ReplyStream(StreamTerms terms) {
        this.terms = terms;
    }

    abstract R with(StreamTerms more);

    /**
     * Returns a copy of this reply with an attribute of the connection, to be read by {@link SseConnection#attribute}.
     *
     * @param name any text; an earlier value of the same name is replaced
     */
    public R attribute(String name, Object value) {
        return with(terms.withAttribute(name, value));
    }

    /** Returns the attributes by name; immutable. */
    public Map<String, Object> attributes() {
        return terms.attributes();
    }

    /**
     * Returns a copy of this reply with the owner of the stream, such as a user or a tenant, for {@link
     * Limits.Builder#connectionsPerKey}.
     *
     * @param name any text
     */
    public R key(String name) {
        return with(terms.withKey(name));
    }

    /** Returns the owner of the stream, or null if none is set. */
    public @Nullable String key() {
        return terms.key();
    }

    /**
     * Returns a copy of this reply with the time at which the stream ends at the latest, with an event of type {@code
     * credentials-expired}. Usually this is the expiry of the client's credentials. A client that reconnects is
     * authorized again by the endpoint. If the time has passed already, the client receives that event alone: no
     * snapshot and no retained events, no publisher is subscribed to, and no {@link SseConnection} is opened. The
     * publisher of a finite stream is cancelled, and the response is cut off after the event, so that the client does
     * not take it for complete.
     */
    public R expiresAt(Instant time) {
        return with(terms.withExpiresAt(time));
    }

    /** Returns the time at which the stream ends at the latest, or null if none is set. */
    public @Nullable Instant expiresAt() {
        return terms.expiresAt();
    }

    /** Returns a copy of this reply with a further header: {@link SseReply#header}. */
    public R header(String name, String value) {
        return with(terms.withHeader(name, value));
    }

    /** Returns the headers that were added: {@link SseReply#headers}. */
    public List<Map.Entry<String, String>> headers() {
        return terms.headers();
    }
}
