package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the stream. It has three fields: a header {@code h}, which the scripts write; an envelope {@code e}: the
 * kind, the start or {@code -}, the length of the event's own id or {@code -}, that id, and the topic; and a body
 * {@code b}.
 *
 * @param previous the position of the entry that it was appended after
 * @param base the id of the marker at which its incarnation begins
 * @param time the time of the append in milliseconds since the epoch, by the clock of Redis
 * @param entry the entry that a hub appended; null for a marker, and for a note, which continues a history whose
 *     entries are trimmed
 */
record StreamEntry(
        EntryPosition position,
        EntryPosition previous,
        StreamId base,
        long incarnation,
        long time,
        @Nullable StoredEntry entry) {
    /** The text of an absent part of an envelope. */
    static final String NONE = "-";

    StreamEntry {
        position.id().in(incarnation); // rejects an id without a position
        previous.id().in(incarnation);
    }

    /** Returns whether the entry begins an incarnation. */
    boolean isMarker() {
        return base.equals(position.id());
    }

    /** Returns the hub's position of the entry. */
    EventId eventId() {
        return position.id().in(incarnation);
    }

    /** Returns the position that the entry comes after; for a marker, its own. */
    EventId floor() {
        return isMarker() ? eventId() : previous.id().in(incarnation);
    }

    /** Adds the envelope and the body of an entry to the arguments of {@code append.lua}. */
    static void addTo(List<byte[]> arguments, StoredEntry entry) {
        String own = entry.eventId();
        arguments.add(bytes(entry.kind()
                + " " + (entry.start() == null ? NONE : entry.start())
                + " " + (own == null ? NONE + " " : own.length() + " " + own)
                + entry.topic()));
        arguments.add(entry.body());
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
