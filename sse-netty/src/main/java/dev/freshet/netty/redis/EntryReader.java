package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import io.lettuce.core.StreamMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of entries as the scripts write them. It keeps the last header and envelope, and does not decode equal
 * bytes again, which most entries of a batch have. Confined to the tail's thread.
 */
final class EntryReader {
    /** The envelope of a marker. */
    static final String MARKER = "MARKER";
    /** The envelope of a note. */
    private static final String NOTE = "NOTE";

    private static final int PARTS = 4;
    private static final int PARTS_OF_FIRST = PARTS + 2;

    /**
     * A header.
     *
     * @param time the time in milliseconds since the epoch, or -1 for that of the entry's id
     * @param previous the position of the entry that it was appended after; null for the one before it in the batch
     */
    private record Header(
            long incarnation,
            StreamId base,
            long time,
            String token,
            @Nullable EntryPosition previous) {}

    /** An envelope; its kind is null for a marker or a note. */
    private record Envelope(
            @Nullable Kind kind,
            String topic,
            @Nullable String own,
            @Nullable EventId start) {}

    private final OwnThread own = new OwnThread();
    private byte[] headerText = {};
    private Header header = new Header(0, StreamId.NONE, 0, "", null);
    private byte[] envelopeText = {};
    private Envelope envelope = new Envelope(null, "", null, null);

    /**
     * Decodes an entry.
     *
     * @throws IllegalArgumentException if no hub wrote it
     * @throws IndexOutOfBoundsException if no hub wrote it
     */
    StreamEntry read(StreamMessage<String, byte[]> message) {
        assert own.isCurrent();
        StreamId id = StreamId.parse(message.getId());
        byte[] ofHeader = field(message, "h");
        if (!Arrays.equals(ofHeader, headerText)) {
            header = header(new String(ofHeader, UTF_8));
            headerText = ofHeader;
        }
        byte[] ofEnvelope = field(message, "e");
        if (!Arrays.equals(ofEnvelope, envelopeText)) {
            envelope = envelope(new String(ofEnvelope, UTF_8));
            envelopeText = ofEnvelope;
        }
        Kind kind = envelope.kind;
        return new StreamEntry(
                new EntryPosition(id, header.token),
                header.previous != null ? header.previous : new EntryPosition(id.plus(-1), header.token),
                header.base,
                header.incarnation,
                header.time < 0 ? id.millis() : header.time,
                kind == null
                        ? null
                        : new StoredEntry(kind, envelope.topic, field(message, "b"), envelope.own, envelope.start));
    }

    private static Header header(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != PARTS && parts.length != PARTS_OF_FIRST) {
            throw new IllegalArgumentException("header \"" + text + "\"");
        }
        return new Header(
                Long.parseLong(parts[0]),
                StreamId.parse(parts[1]),
                parts[2].equals(StreamEntry.NONE) ? -1 : Long.parseLong(parts[2]),
                parts[3],
                parts.length == PARTS ? null : new EntryPosition(StreamId.parse(parts[PARTS]), parts[PARTS + 1]));
    }

    private static Envelope envelope(String text) {
        if (text.equals(MARKER) || text.equals(NOTE)) {
            return new Envelope(null, "", null, null);
        }
        int start = indexAfterSpace(text, 0);
        int length = indexAfterSpace(text, start);
        int names = indexAfterSpace(text, length);
        String startId = text.substring(start, length - 1);
        String ownLength = text.substring(length, names - 1);
        boolean hasOwn = !ownLength.equals(StreamEntry.NONE);
        int topic = hasOwn ? names + Integer.parseInt(ownLength) : names;
        return new Envelope(
                Kind.valueOf(text.substring(0, start - 1)),
                text.substring(topic),
                hasOwn ? text.substring(names, topic) : null,
                startId.equals(StreamEntry.NONE) ? null : EventId.parse(startId));
    }

    private static int indexAfterSpace(String text, int from) {
        int space = text.indexOf(' ', from);
        if (space < 0) {
            throw new IllegalArgumentException("envelope \"" + text + "\"");
        }
        return space + 1;
    }

    private static byte[] field(StreamMessage<String, byte[]> message, String name) {
        byte[] value = message.getBody().get(name);
        if (value == null) {
            throw new IllegalArgumentException("no field " + name);
        }
        return value;
    }
}
