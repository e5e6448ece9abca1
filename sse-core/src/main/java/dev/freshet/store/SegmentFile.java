package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of entries in order: {@code magic:8 millis:8 sequence:8 checksum:4}, where the two are the position that its first entry
 * comes after, and then the entries. Confined to the thread that writes the store.
 */
final class SegmentFile implements AutoCloseable {
    private static final long MAGIC = 0x4652455348455431L; // FRESHET1
    private static final int HEADER_BYTES = 3 * Long.BYTES + Integer.BYTES;
    private static final int READ_BYTES = 1 << 20;

    /** How a file that was written to ends. */
    enum End {
        WHOLE,
        /** In the middle of an entry, which nobody was told is kept. */
        TORN,
        /** With something that was not written so. */
        DAMAGED
    }

    final Path path;
    final EventId floor;
    private final FileChannel channel;
    private long length;
    private EventId last;
    private long lastTime = Long.MIN_VALUE;

    private SegmentFile(Path path, FileChannel channel, EventId floor) {
        this.path = path;
        this.channel = channel;
        this.floor = floor;
        this.last = floor;
        this.length = HEADER_BYTES;
    }

    static SegmentFile create(Path path, EventId floor) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                    .putLong(MAGIC)
                    .putLong(floor.millis())
                    .putLong(floor.sequence());
            header.putInt(checksum(header)).flip();
            SegmentFile file = new SegmentFile(path, channel, floor);
            writeAll(channel, header, 0);
            return file;
        } catch (Throwable e) {
            channel.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Null where there is no header: it was about to be made. */
    static @Nullable SegmentFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            read(channel, header, 0);
            header.flip();
            if (header.remaining() == HEADER_BYTES && header.getLong(0) == MAGIC) {
                EventId floor = new EventId(header.getLong(Long.BYTES), header.getLong(2 * Long.BYTES));
                if (header.getInt(3 * Long.BYTES) == checksum(header.limit(3 * Long.BYTES).position(3 * Long.BYTES))) {
                    return new SegmentFile(path, channel, floor);
                }
            }
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate().flip());
        return (int) crc.getValue();
    }

    /** Reads all entries; what follows the last that is whole is overwritten by the next. */
    End read(Consumer<Kept> entries) throws IOException {
        length = HEADER_BYTES;
        last = floor;
        long size = channel.size();
        ByteBuffer in = ByteBuffer.allocate(READ_BYTES).limit(0);
        while (length < size) {
            in = filled(in, EntryFormat.HEAD_BYTES);
            if (in.remaining() < EntryFormat.HEAD_BYTES) {
                return End.TORN;
            }
            int bytes = EntryFormat.length(in);
            if (bytes < 0) {
                return End.DAMAGED;
            }
            if (length + EntryFormat.HEAD_BYTES + bytes > size) {
                return End.TORN;
            }
            in = filled(in, EntryFormat.HEAD_BYTES + bytes);
            Kept kept = EntryFormat.decode(in, bytes);
            if (kept == null || kept.id().compareTo(last) <= 0) {
                return End.DAMAGED;
            }
            written(kept.id(), kept.time(), EntryFormat.HEAD_BYTES + bytes);
            entries.accept(kept);
        }
        return End.WHOLE;
    }

    /** With as much as is needed, where the file has it. */
    private ByteBuffer filled(ByteBuffer in, int needed) throws IOException {
        if (in.remaining() >= needed) {
            return in;
        }
        ByteBuffer more = needed <= in.capacity() ? in.compact() : ByteBuffer.allocate(needed).put(in);
        read(channel, more, length + more.position());
        return more.flip();
    }

    private static void read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }

    /** Nothing follows the last entry any more. */
    void cutTail() throws IOException {
        channel.truncate(length);
    }

    /** Appends encoded entries; where that fails, none of them is there. */
    void write(ByteBuffer entries, EventId newest, long newestTime) throws IOException {
        int bytes = entries.remaining();
        try {
            writeAll(channel, entries, length);
        } catch (IOException e) {
            cutTail();
            throw e;
        }
        written(newest, newestTime, bytes);
    }

    private void written(EventId newest, long newestTime, int bytes) {
        last = newest;
        lastTime = Math.max(lastTime, newestTime);
        length += bytes;
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** May be called by any thread. */
    void force() throws IOException {
        channel.force(false);
    }

    long length() {
        return length;
    }

    EventId last() {
        return last;
    }

    /** When the newest entry was appended; of none, long ago. */
    long lastTime() {
        return lastTime;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
