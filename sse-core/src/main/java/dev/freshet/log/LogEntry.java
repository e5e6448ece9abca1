package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is written to the logs of a hub: an event, or where a topic begins or ends.
 *
 * @param kind what it is
 * @param topic the topic
 * @param encoded the encoded event: without the id and the closing blank line where {@code ownId} is null, else whole; of the kinds
 *     that are of no topic what they say, and else empty where there is no event
 * @param ownId the id that the event brought along, or null
 * @param start where the topic was started that it belongs to: where the topic has ended since, was removed, or was started
 *     anew, it is refused; null for a topic however it began
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
public record LogEntry(
        Kind kind,
        String topic,
        byte[] encoded,
        @Nullable String ownId,
        @Nullable EventId start) {
    /** What an entry is. */
    public enum Kind {
        /** The topic begins: it is open until its end, whatever is published to it. */
        START,
        /** An event. */
        EVENT,
        /** The last event of its topic. */
        LAST,
        /** The topic is forgotten, and those who follow it are at their end. */
        REMOVAL,
        /** A node says of started topics that it runs them; of a store, of no topic, and nothing to read. */
        RENEWAL,
        /** Another node asks whether it does; likewise. */
        PROBE
    }

    /** Whether it has an event that is read. */
    boolean hasEvent() {
        return kind == Kind.EVENT || kind == Kind.LAST;
    }

    private static final byte[] NONE = {};

    /** Checks the parts. */
    public LogEntry {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(encoded, "encoded");
    }

    /** An entry of a topic however it began. */
    public LogEntry(Kind kind, String topic, byte[] encoded, @Nullable String ownId) {
        this(kind, topic, encoded, ownId, null);
    }

    /** An entry of a kind that has no event. */
    public static LogEntry of(Kind kind, String topic) {
        return new LogEntry(kind, topic, NONE, null);
    }

    /** The same, of the topic that was started there. */
    public LogEntry of(@Nullable EventId place) {
        return new LogEntry(kind, topic, encoded, ownId, place);
    }
}
