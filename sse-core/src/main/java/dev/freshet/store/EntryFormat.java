package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The format of entries as bytes, big-endian: {@code length:4 check:4 checksum:4} and, of that length, {@code millis:8
 * sequence:8 time:8 kind:1 start:1[+16] topic:4+n eventId:4[+n] body}. The checksum is the CRC-32C of the bytes after
 * it. The check is the CRC-32C of the length; it distinguishes an entry that was cut off from one that is damaged. The
 * length of a missing event id is -1. Stateless.
 */
final class EntryFormat {
    static final int HEAD_BYTES = 3 * Integer.BYTES;

    private static final int FIXED_BYTES = 3 * Long.BYTES + 2 + 2 * Integer.BYTES;
    private static final int LONGEST = Integer.MAX_VALUE - HEAD_BYTES;

    /** An entry with the id and the time that the store gave it. */
    record Kept(EventId id, long time, StoredEntry entry) {}

    private EntryFormat() {}

    static ByteBuffer encode(EventId id, long time, StoredEntry entry) {
        byte[] topic = entry.topic().getBytes(StandardCharsets.UTF_8);
        byte[] eventId = entry.eventId() == null ? null : entry.eventId().getBytes(StandardCharsets.UTF_8);
        EventId start = entry.start();
        long length = (long) FIXED_BYTES
                + (start == null ? 0 : 2 * Long.BYTES)
                + topic.length
                + (eventId == null ? 0 : eventId.length)
                + entry.body().length;
        if (length > LONGEST) {
            throw new IllegalArgumentException("entry: " + length + " bytes (expected: at most " + LONGEST + ")");
        }
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + (int) length);
        out.position(HEAD_BYTES);
        out.putLong(id.millis()).putLong(id.sequence()).putLong(time);
        out.put((byte) entry.kind().ordinal());
        out.put((byte) (start == null ? 0 : 1));
        if (start != null) {
            out.putLong(start.millis()).putLong(start.sequence());
        }
        out.putInt(topic.length).put(topic);
        out.putInt(eventId == null ? -1 : eventId.length);
        if (eventId != null) {
            out.put(eventId);
        }
        out.put(entry.body()).flip();
        out.putInt(0, (int) length);
        out.putInt(Integer.BYTES, checksum(out.slice(0, Integer.BYTES)));
        return out.putInt(2 * Integer.BYTES, checksum(out.slice(HEAD_BYTES, (int) length)));
    }

    /**
     * Returns the length of the entry at the buffer's position, without its head. The buffer must have the head.
     *
     * @return the length, or -1 if the head is damaged
     */
    static int length(ByteBuffer in) {
        int at = in.position();
        int length = in.getInt(at);
        boolean isRight = length > 0
                && length <= LONGEST
                && in.getInt(at + Integer.BYTES) == checksum(in.slice(at, Integer.BYTES));
        return isRight ? length : -1;
    }

    /**
     * Reads the entry at the buffer's position, and moves the position behind it. The buffer must have the entry.
     *
     * @return the entry, or null if it is damaged
     */
    static @Nullable Kept decode(ByteBuffer buffer, int length) {
        int at = buffer.position();
        ByteBuffer in = buffer.slice(at + HEAD_BYTES, length);
        if (checksum(in.duplicate()) != buffer.getInt(at + 2 * Integer.BYTES)) {
            return null;
        }
        buffer.position(at + HEAD_BYTES + length);
        try {
            EventId id = new EventId(in.getLong(), in.getLong());
            long time = in.getLong();
            Kind kind = Kind.values()[in.get()];
            EventId start = in.get() == 0 ? null : new EventId(in.getLong(), in.getLong());
            String topic = text(in, in.getInt());
            int idLength = in.getInt();
            String eventId = idLength < 0 ? null : text(in, idLength);
            byte[] body = new byte[in.remaining()];
            in.get(body);
            return new Kept(id, time, new StoredEntry(kind, topic, body, eventId, start));
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | NegativeArraySizeException e) {
            return null; // damaged, although the checksum matches by chance
        }
    }

    private static String text(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
