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
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
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
                if (header.getInt(3 * Long.BYTES)
                        == checksum(header.limit(3 * Long.BYTES).position(3 * Long.BYTES))) {
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

    /** What there is of it: as far as the last entry that is whole, what follows is overwritten by the next. */
    End recover() throws IOException {
        Scan scan = scan(channel.size(), entry -> {});
        length = scan.length;
        last = scan.last;
        lastTime = scan.lastTime;
        return scan.end;
    }

    /** Reads all entries. */
    void read(Consumer<Kept> entries) throws IOException {
        if (scan(length, entries).end != End.WHOLE) {
            throw new IOException(path + ": damaged");
        }
    }

    /** How far it was read, and what stopped that. */
    private record Scan(End end, long length, EventId last, long lastTime) {}

    private Scan scan(long size, Consumer<Kept> entries) throws IOException {
        long at = HEADER_BYTES;
        EventId newest = floor;
        long newestTime = Long.MIN_VALUE;
        End end = End.WHOLE;
        ByteBuffer in = ByteBuffer.allocate(READ_BYTES).limit(0);
        while (at < size) {
            in = filled(in, at, EntryFormat.HEAD_BYTES);
            int bytes = in.remaining() < EntryFormat.HEAD_BYTES ? 0 : EntryFormat.length(in);
            if (bytes < 0) {
                end = End.DAMAGED;
                break;
            }
            int whole = EntryFormat.HEAD_BYTES + bytes;
            if (bytes == 0 || at + whole > size) {
                end = End.TORN;
                break;
            }
            in = filled(in, at, whole);
            Kept kept = EntryFormat.decode(in, bytes);
            if (kept == null || kept.id().compareTo(newest) <= 0) {
                end = End.DAMAGED;
                break;
            }
            at += whole;
            newest = kept.id();
            newestTime = Math.max(newestTime, kept.time());
            entries.accept(kept);
        }
        return new Scan(end, at, newest, newestTime);
    }

    /** With as much as is needed of what is there from a place on, where the file has it. */
    private ByteBuffer filled(ByteBuffer in, long at, int needed) throws IOException {
        if (in.remaining() >= needed) {
            return in;
        }
        ByteBuffer more = needed <= in.capacity()
                ? in.compact()
                : ByteBuffer.allocate(needed).put(in);
        read(channel, more, at + more.position());
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
