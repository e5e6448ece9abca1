package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a hub has its store keep: an event, or where a topic begins or ends. Immutable and thread-safe, as long as nobody changes
 * the array.
 *
 * @param kind what it is; a store keeps it as it is
 * @param topic the topic; empty for the kinds that are of no topic
 * @param body the encoded event without its id and without the blank line that ends it, as it goes to the clients; empty just for
 *     an event with nothing set, and for the kinds that have no event; what hubs tell each other for those of no topic. Not copied
 * @param eventId the id that the event brought along, or null
 * @param start the id of the topic's {@link Kind#START} that it belongs to, so that it has no place behind another; null for a
 *     topic however it began
 */
@SuppressWarnings("ArrayRecordComponent") // compared below
public record StoredEntry(
        Kind kind,
        String topic,
        byte[] body,
        @Nullable String eventId,
        @Nullable EventId start) {
    /** What an entry is. */
    public enum Kind {
        /** The topic begins. */
        START,
        /** An event. */
        EVENT,
        /** The last event of its topic. */
        LAST,
        /** The topic is forgotten. */
        REMOVAL,
        /** A node says of topics that it has started, which the body names, that it runs them still; of no topic, and nobody reads it. */
        RENEWAL,
        /** Another node asks those that have started topics, which the body names, whether they run them still; likewise. */
        PROBE
    }

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if there is a body or an {@code eventId} where the kind has none, a topic where the kind is of
     *     no topic, or an empty topic where it is of one
     */
    public StoredEntry {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(body, "body");
        boolean hasEvent = kind == Kind.EVENT || kind == Kind.LAST;
        boolean hasTopic = kind != Kind.RENEWAL && kind != Kind.PROBE;
        if (!hasEvent && hasTopic && body.length > 0) {
            throw new IllegalArgumentException(
                    "entry.body: " + body.length + " bytes (expected: none, for " + kind + ")");
        }
        if (!hasEvent && eventId != null) {
            throw new IllegalArgumentException("entry.eventId: \"" + eventId + "\" (expected: null, for " + kind + ")");
        }
        if (hasTopic && topic.isEmpty()) {
            throw new IllegalArgumentException("entry.topic: empty (expected: a topic, for " + kind + ")");
        }
        if (!hasTopic && !topic.isEmpty()) {
            throw new IllegalArgumentException("entry.topic: \"" + topic + "\" (expected: empty, for " + kind + ")");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredEntry that
                && kind == that.kind
                && topic.equals(that.topic)
                && Arrays.equals(body, that.body)
                && Objects.equals(eventId, that.eventId)
                && Objects.equals(start, that.start);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, topic, Arrays.hashCode(body), eventId, start);
    }

    @Override
    public String toString() {
        return "StoredEntry[" + kind + " " + topic + ", " + body.length + " bytes]";
    }
}
