package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import io.lettuce.core.StreamMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the stream.
 *
 * @param previous the entry that it was appended behind; {@link StreamId#NONE} where what was before is not known
 * @param time in milliseconds since the epoch, by Redis's clock
 * @param entry what a hub had it keep, or null for a marker, where the incarnation begins
 */
record StreamEntry(
        StreamId id,
        StreamId previous,
        long incarnation,
        long time,
        @Nullable StoredEntry entry) {
    private static final String MARKER = "MARKER";
    private static final byte[] EMPTY = {};

    StreamEntry {
        id.in(incarnation); // refuses what has no position
        previous.in(incarnation);
    }

    boolean isMarker() {
        return entry == null;
    }

    EventId eventId() {
        return id.in(incarnation);
    }

    /** The position that the entry comes after. */
    EventId floor() {
        return isMarker() ? eventId() : previous.in(incarnation);
    }

    /**
     * Reads an entry as {@code append.lua} and {@code check.lua} write it.
     *
     * @throws IllegalArgumentException if it is of others
     */
    static StreamEntry of(StreamMessage<String, byte[]> message) {
        Map<String, byte[]> fields = message.getBody();
        String kind = text(fields, "k");
        StreamId previous = StreamId.parse(text(fields, "p"));
        long incarnation = Long.parseLong(text(fields, "i"));
        long time = Long.parseLong(text(fields, "w"));
        StoredEntry entry = kind.equals(MARKER) ? null : stored(Kind.valueOf(kind), fields);
        return new StreamEntry(StreamId.parse(message.getId()), previous, incarnation, time, entry);
    }

    private static StoredEntry stored(Kind kind, Map<String, byte[]> fields) {
        byte[] start = fields.get("s");
        byte[] own = fields.get("o");
        return new StoredEntry(
                kind,
                text(fields, "t"),
                field(fields, "b"),
                own == null ? null : new String(own, UTF_8),
                start == null ? null : EventId.parse(new String(start, UTF_8)));
    }

    private static String text(Map<String, byte[]> fields, String name) {
        return new String(field(fields, name), UTF_8);
    }

    private static byte[] field(Map<String, byte[]> fields, String name) {
        byte[] value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no field " + name);
        }
        return value;
    }

    /** Adds what {@code append.lua} takes of an entry. */
    static void addTo(List<byte[]> arguments, StoredEntry entry) {
        arguments.add(bytes(entry.kind().name()));
        arguments.add(bytes(entry.topic()));
        arguments.add(entry.body());
        arguments.add(entry.eventId() == null ? EMPTY : bytes("=" + entry.eventId()));
        arguments.add(entry.start() == null ? EMPTY : bytes(entry.start().toString()));
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
