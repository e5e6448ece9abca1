package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a hub has its store keep: an event, or where a topic begins or ends. Immutable and thread-safe.
 *
 * @param kind what it is; a store keeps it as it is
 * @param topic the topic
 * @param event the event; null just for {@link Kind#START} and {@link Kind#REMOVAL}
 * @param start the id of the topic's {@link Kind#START} that it belongs to, so that it has no place behind another; null for a
 *     topic however it began
 */
public record StoredEntry(
        Kind kind,
        String topic,
        @Nullable SseEvent event,
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
        REMOVAL
    }

    /** An entry of a topic however it began. */
    public StoredEntry(Kind kind, String topic, @Nullable SseEvent event) {
        this(kind, topic, event, null);
    }

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if there is an event where the kind has none, or none where it has one
     */
    public StoredEntry {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(topic, "topic");
        boolean hasEvent = kind == Kind.EVENT || kind == Kind.LAST;
        if (hasEvent != (event != null)) {
            throw new IllegalArgumentException(
                    "entry.event: " + event + " (expected: " + (hasEvent ? "one" : "none") + " for " + kind + ")");
        }
    }
}
