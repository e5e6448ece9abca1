package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the logs of a hub: an event, or the beginning or end of a topic. Immutable and thread-safe, if the array
 * is not changed.
 *
 * @param kind the kind of entry
 * @param topic the topic; empty for the kinds that belong to no topic
 * @param encoded the encoded event: without the id and the closing blank line if {@code ownId} is null, else whole. For
 *     the kinds that belong to no topic, their content. Empty for the others
 * @param ownId the own id of the event, or null
 * @param start the position at which the topic of this entry was started: the entry is refused if the topic has ended
 *     since, was removed, or was started anew. Null for an entry of the topic regardless of its start
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
public record LogEntry(
        Kind kind,
        String topic,
        byte[] encoded,
        @Nullable String ownId,
        @Nullable EventId start) {
    /** The kind of an entry. */
    public enum Kind {
        /** The start of a topic, which is open until its end, whatever is published to it. */
        START,
        /** An event. */
        EVENT,
        /** The last event of its topic. */
        LAST,
        /** The removal of a topic: it is forgotten, and its followers are at their end. */
        REMOVAL,
        /**
         * The statement of a node on a store that it still runs the topics that it has started. Belongs to no topic and
         * is not read by followers.
         */
        RENEWAL,
        /**
         * The request of a node to the node of some topics to state whether it still runs them. Belongs to no topic and
         * is not read by followers.
         */
        PROBE,
        /** An event that followers read at once, whatever the {@linkplain LogOptions#linger linger}. */
        URGENT
    }

    /** Returns whether the entry has an event that followers read. */
    boolean hasEvent() {
        return kind == Kind.EVENT || kind == Kind.URGENT || kind == Kind.LAST;
    }

    private static final byte[] NONE = {};

    /** Checks that no part but the own id and the start is null. */
    public LogEntry {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(encoded, "encoded");
    }

    /** Creates an entry of a topic regardless of its start. */
    public LogEntry(Kind kind, String topic, byte[] encoded, @Nullable String ownId) {
        this(kind, topic, encoded, ownId, null);
    }

    /** Returns an entry of a kind that has no event. */
    public static LogEntry of(Kind kind, String topic) {
        return new LogEntry(kind, topic, NONE, null);
    }

    /** Returns this entry for the topic as it was started at a position; for null, regardless of its start. */
    public LogEntry of(@Nullable EventId position) {
        return new LogEntry(kind, topic, encoded, ownId, position);
    }
}
