package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The terms of a stream, a hub's or a publisher's, as its reply sets them. Immutable and thread-safe. */
record StreamTerms(
        Map<String, Object> attributes,
        @Nullable String key,
        @Nullable Instant expiresAt,
        @Nullable StreamOpening opening,
        List<Map.Entry<String, String>> headers) {
    static final StreamTerms NONE = new StreamTerms(Map.of(), null, null, null, List.of());

    /** Returns the event that reports the expiry of a stream. */
    static SseEvent expired(Instant at) {
        return SseEvent.of("credentials-expired", "{\"expiresAt\":\"" + at + "\"}");
    }

    StreamTerms withAttribute(String name, Object value) {
        Map<String, Object> more = new HashMap<>(attributes);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return new StreamTerms(Map.copyOf(more), key, expiresAt, opening, headers);
    }

    StreamTerms withKey(String name) {
        return new StreamTerms(attributes, Objects.requireNonNull(name, "key"), expiresAt, opening, headers);
    }

    StreamTerms withExpiresAt(Instant time) {
        return new StreamTerms(attributes, key, Objects.requireNonNull(time, "expiresAt"), opening, headers);
    }

    StreamTerms withOpening(StreamOpening value) {
        return new StreamTerms(attributes, key, expiresAt, Objects.requireNonNull(value, "opening"), headers);
    }

    StreamTerms withHeader(String name, String value) {
        return new StreamTerms(attributes, key, expiresAt, opening, AddedHeaders.addToStream(headers, name, value));
    }
}
