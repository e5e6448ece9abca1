package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of entries in order. Its format is {@code magic:8 millis:8 sequence:8 checksum:4} and the entries; the two
 * numbers are the position after which the first entry comes. The file is open while it is written to. Confined to the
 * thread that writes the store, once it was recovered or created, except for {@link #sync}.
 */
final class SegmentFile implements Forceable {
    private static final long MAGIC = 0x4652455348455431L; // FRESHET1
    private static final int HEADER_BYTES = 3 * Long.BYTES + Integer.BYTES;
    private static final int READ_BYTES = 1 << 20;
    /** The most bytes of one read: the JDK allocates as much direct memory. */
    private static final int SLICE_BYTES = 256 << 10;

    /** The state of the end of a file that was written to. */
    enum End {
        WHOLE,
        /** It ends within an entry, which was not acknowledged, or in zeros, as a crash of the machine may leave it. */
        TORN,
        /** It ends with bytes that were not written by a store. */
        DAMAGED
    }

    private final OwnThread writer = new OwnThread();
    /** Held while the file is forced or closed. */
    private final Object closing = new Object();

    final Path path;
    final EventId floor;
    private volatile @Nullable RandomAccessFile file;
    private long length = HEADER_BYTES;
    private EventId last;
    private long lastTime = Long.MIN_VALUE;
    private boolean hasLives;

    private SegmentFile(Path path, EventId floor) {
        this.path = path;
        this.floor = floor;
        this.last = floor;
    }

    static SegmentFile create(Path path, EventId floor) throws IOException {
        Files.createFile(path);
        SegmentFile segment = new SegmentFile(path, floor);
        try {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                    .putLong(MAGIC)
                    .putLong(floor.millis())
                    .putLong(floor.sequence());
            header.putInt(checksum(header.duplicate().flip())).flip();
            segment.openToWrite();
            segment.writeAll(header, 0);
            return segment;
        } catch (Throwable e) {
            segment.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Returns the file, or null if it has no valid header. */
    static @Nullable SegmentFile read(Path path) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            read(channel, header, 0);
        }
        boolean isHeader = !header.hasRemaining()
                && header.getLong(0) == MAGIC
                && header.getInt(3 * Long.BYTES)
                        == checksum(header.duplicate().flip().limit(3 * Long.BYTES));
        return isHeader
                ? new SegmentFile(path, new EventId(header.getLong(Long.BYTES), header.getLong(2 * Long.BYTES)))
                : null;
    }

    /** Returns whether a file without a valid header was being created, and has no entries. */
    static boolean isUnborn(Path path) throws IOException {
        return Files.size(path) <= HEADER_BYTES;
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Finds the last whole entry, which becomes the end of the file. */
    End recover() throws IOException {
        Scan scan = scan(Files.size(path), kept -> holds(kept.entry()));
        length = scan.length;
        last = scan.last;
        lastTime = scan.lastTime;
        return scan.end;
    }

    /** Notes an entry that is in the file, or may be. */
    void holds(StoredEntry entry) {
        hasLives |= switch (entry.kind()) {
            case START, LAST, REMOVAL -> true;
            case EVENT, URGENT, RENEWAL, PROBE -> false;
        };
    }

    /** Returns whether a topic starts, ends or is removed in this file. */
    boolean hasLives() {
        return hasLives;
    }

    /** Reads all entries. */
    void read(Consumer<Kept> entries) throws IOException {
        if (scan(length, entries).end != End.WHOLE) {
            throw new IOException(path + ": damaged");
        }
    }

    /** The result of reading a file up to its last whole entry. */
    private record Scan(End end, long length, EventId last, long lastTime) {}

    private Scan scan(long size, Consumer<Kept> entries) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long at = HEADER_BYTES;
            EventId newest = floor;
            long newestTime = Long.MIN_VALUE;
            ByteBuffer in = ByteBuffer.allocate(READ_BYTES).limit(0);
            while (at < size) {
                in = filled(channel, in, at, EntryFormat.HEAD_BYTES);
                if (in.remaining() < EntryFormat.HEAD_BYTES) {
                    return new Scan(End.TORN, at, newest, newestTime);
                }
                int bytes = EntryFormat.length(in);
                if (bytes < 0) {
                    return new Scan(isZero(channel, at) ? End.TORN : End.DAMAGED, at, newest, newestTime);
                }
                int whole = EntryFormat.HEAD_BYTES + bytes;
                if (at + whole > size) {
                    return new Scan(End.TORN, at, newest, newestTime);
                }
                in = filled(channel, in, at, whole);
                boolean isShorter = in.remaining() < whole; // than it was, so somebody else has shortened the file
                Kept kept = isShorter ? null : EntryFormat.decode(in, bytes);
                if (kept == null || kept.id().compareTo(newest) <= 0) {
                    return new Scan(End.DAMAGED, at, newest, newestTime);
                }
                at += whole;
                newest = kept.id();
                newestTime = Math.max(newestTime, kept.time());
                entries.accept(kept);
            }
            return new Scan(End.WHOLE, at, newest, newestTime);
        }
    }

    private static boolean isZero(FileChannel channel, long from) throws IOException {
        ByteBuffer rest = ByteBuffer.allocate(SLICE_BYTES);
        for (long at = from; at < channel.size(); at += rest.limit()) {
            read(channel, rest.clear(), at);
            rest.flip();
            for (int i = 0; i < rest.limit(); i++) {
                if (rest.get(i) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns a buffer with the needed bytes from an offset of the file on, or with fewer at its end. */
    private static ByteBuffer filled(FileChannel channel, ByteBuffer in, long at, int needed) throws IOException {
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
        int limit = into.limit();
        long at = position;
        while (into.position() < limit) {
            into.limit(Math.min(limit, into.position() + SLICE_BYTES));
            int read = channel.read(into, at);
            if (read < 0) {
                into.limit(limit);
                return;
            }
            at += read;
        }
        into.limit(limit);
    }

    void openToWrite() throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    private RandomAccessFile file() throws IOException {
        RandomAccessFile open = file;
        if (open == null) {
            throw new IOException(path + ": closed");
        }
        return open;
    }

    /** Cuts off what follows the last entry. */
    void cutTail() throws IOException {
        file().setLength(length);
    }

    /** Appends encoded entries. If that fails, the file has none of them, unless they cannot be cut off, either. */
    void write(ByteBuffer entries, EventId newest, long newestTime) throws IOException {
        assert writer.isCurrent();
        int bytes = entries.remaining();
        try {
            writeAll(entries, length);
        } catch (Throwable e) {
            try (Closeable cut = this::cutTail) {
                throw e;
            }
        }
        last = newest;
        lastTime = Math.max(lastTime, newestTime);
        length += bytes;
    }

    private void writeAll(ByteBuffer bytes, long position) throws IOException {
        RandomAccessFile to = file();
        to.seek(position);
        to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    /** Any thread may call; an interrupt does not close the file. */
    @Override
    public void sync() throws IOException {
        synchronized (closing) {
            RandomAccessFile open = file;
            if (open != null) { // else it was forced before it was closed
                open.getFD().sync();
            }
        }
    }

    /** Shortens the file to an earlier end: the entries after that were not forced to the disk and not acknowledged. */
    void forget(long from, EventId newest) throws IOException {
        assert writer.isCurrent();
        length = from;
        last = newest;
        cutTail();
    }

    long length() {
        return length;
    }

    EventId last() {
        return last;
    }

    /** Returns when the newest entry was appended, in milliseconds since the epoch; {@link Long#MIN_VALUE} for none. */
    long lastTime() {
        return lastTime;
    }

    /** Closes the file, after a {@link #sync} that goes on. */
    void close() throws IOException {
        synchronized (closing) {
            RandomAccessFile open = file;
            file = null;
            if (open != null) {
                open.close();
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
