package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import io.lettuce.core.StreamMessage;
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
    private static final String MARKER = "MARKER";
    private static final String NOTE = "NOTE";
    private static final String NONE = "-";
    private static final int PARTS = 4;
    private static final int PARTS_OF_FIRST = PARTS + 2;

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

    /**
     * Reads an entry as the scripts write it.
     *
     * @throws IllegalArgumentException if it is of others
     */
    static StreamEntry of(StreamMessage<String, byte[]> message) {
        StreamId id = StreamId.parse(message.getId());
        String header = text(message, "h");
        String[] parts = header.split(" ", -1);
        if (parts.length != PARTS && parts.length != PARTS_OF_FIRST) {
            throw new IllegalArgumentException("header \"" + header + "\"");
        }
        Place previous = parts.length == PARTS_OF_FIRST
                ? new Place(StreamId.parse(parts[PARTS]), parts[PARTS + 1])
                : new Place(id.plus(-1), parts[3]);
        return new StreamEntry(
                new Place(id, parts[3]),
                previous,
                StreamId.parse(parts[1]),
                Long.parseLong(parts[0]),
                parts[2].equals(NONE) ? id.millis() : Long.parseLong(parts[2]),
                stored(message));
    }

    private static @Nullable StoredEntry stored(StreamMessage<String, byte[]> message) {
        String envelope = text(message, "e");
        if (envelope.equals(MARKER) || envelope.equals(NOTE)) {
            return null;
        }
        int start = after(envelope, 0);
        int length = after(envelope, start);
        int names = after(envelope, length);
        String startId = envelope.substring(start, length - 1);
        String ownLength = envelope.substring(length, names - 1);
        int topic = names + (ownLength.equals(NONE) ? 0 : Integer.parseInt(ownLength));
        return new StoredEntry(
                Kind.valueOf(envelope.substring(0, start - 1)),
                envelope.substring(topic),
                field(message, "b"),
                ownLength.equals(NONE) ? null : envelope.substring(names, topic),
                startId.equals(NONE) ? null : EventId.parse(startId));
    }

    private static int after(String envelope, int from) {
        int space = envelope.indexOf(' ', from);
        if (space < 0) {
            throw new IllegalArgumentException("envelope \"" + envelope + "\"");
        }
        return space + 1;
    }

    private static String text(StreamMessage<String, byte[]> message, String name) {
        return new String(field(message, name), UTF_8);
    }

    private static byte[] field(StreamMessage<String, byte[]> message, String name) {
        byte[] value = message.getBody().get(name);
        if (value == null) {
            throw new IllegalArgumentException("no field " + name);
        }
        return value;
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
