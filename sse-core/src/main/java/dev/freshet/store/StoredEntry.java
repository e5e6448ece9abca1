package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry that a hub appends to its store: an event, or the start or end of a topic. Immutable and thread-safe, if the
 * array is not changed.
 *
 * @param kind the kind of entry, which a store keeps as it is
 * @param topic the topic; empty for the kinds that belong to no topic
 * @param body the encoded event as it is sent to clients, but without its id and the blank line at its end; empty for
 *     an event with nothing set, and for the kinds without an event. For the kinds that belong to no topic, a message
 *     between hubs. Not copied
 * @param eventId the own id of the event, or null
 * @param start the id of the {@link Kind#START} of the topic that the entry belongs to, so that it is refused after
 *     another start; null for an entry of the topic regardless of its start
 */
@SuppressWarnings("ArrayRecordComponent") // compared below
public record StoredEntry(
        Kind kind,
        String topic,
        byte[] body,
        @Nullable String eventId,
        @Nullable EventId start) {
    /** The kind of an entry. */
    public enum Kind {
        /** The start of a topic. */
        START,
        /** An event. */
        EVENT,
        /** The last event of its topic. */
        LAST,
        /** The removal of a topic. */
        REMOVAL,
        /**
         * The statement of a node that it still runs the topics in the body, which it has started. Belongs to no topic;
         * followers do not get it.
         */
        RENEWAL,
        /**
         * The request to the nodes that have started the topics in the body to state whether they still run them.
         * Belongs to no topic; followers do not get it.
         */
        PROBE,
        /** An event that the followers of a hub get at once, although it lets others wait. */
        URGENT
    }

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if there is a body or an {@code eventId} although the kind has none, a topic
     *     although the kind belongs to none, or no topic although the kind belongs to one
     */
    public StoredEntry {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(body, "body");
        boolean hasEvent = kind == Kind.EVENT || kind == Kind.URGENT || kind == Kind.LAST;
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
