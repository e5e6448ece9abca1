package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the stream. It has a header {@code h}, which the scripts write; an envelope {@code e}: the kind, the start or {@code -},
 * the length of the own id or {@code -}, the own id and the topic; and a body {@code b}.
 *
 * @param previous the entry that it was appended behind
 * @param base the marker where its incarnation begins
 * @param time in milliseconds since the epoch, by Redis's clock
 * @param entry what a hub had it keep; null for a marker, and for a note, which goes on from an entry that is gone
 */
record StreamEntry(
        Place place,
        Place previous,
        StreamId base,
        long incarnation,
        long time,
        @Nullable StoredEntry entry) {
    /** For what an envelope has none of. */
    static final String NONE = "-";

    StreamEntry {
        place.id().in(incarnation); // refuses what has no position
        previous.id().in(incarnation);
    }

    boolean isMarker() {
        return base.equals(place.id());
    }

    EventId eventId() {
        return place.id().in(incarnation);
    }

    /** The position that the entry comes after. */
    EventId floor() {
        return isMarker() ? eventId() : previous.id().in(incarnation);
    }

    /** Adds what {@code append.lua} takes of an entry. */
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
