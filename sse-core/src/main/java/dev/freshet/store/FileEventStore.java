package dev.freshet.store;

import dev.freshet.event.EventId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Keeps a hub's entries in the files of a folder, so that a process that was restarted or killed goes on where it was: who comes
 * back resumes, and nobody is reset. One process at a time may have the folder open, and once.
 *
 * <p>Entries are appended to files that are deleted as a whole, the oldest first, once all in them are too old or they are too
 * many; what is remembered of those is which topics have ended. Each entry has a checksum. Who opens the folder cuts off an entry that was written in part, which nobody was told is kept.
 * Where the end of the files may lack entries that were acknowledged, for a machine has crashed and they were not forced to the
 * disk ({@link Fsync}), or an entry is damaged, the history begins anew: every client is reset, and the files are kept aside.
 * Whether the machine has crashed is known by its boot id (Linux); elsewhere it is taken for that where the store was not closed and
 * each entry was not forced. A folder that is restored from a backup is taken for what was kept last: open it as a new store, or
 * clients that have seen more are not told what they miss.
 *
 * <p>A thread of the store's own writes, several entries at a time where they come fast; a publisher never waits for the disk. The
 * entries that wait to be written are bounded, and one more is refused with a {@link RejectedExecutionException}. Entries that
 * cannot be written, because the disk is full, fail their publishers, and the store goes on. After entries that cannot be forced to
 * the disk nobody knows what is there: all that follow fail. An append completes on the store's thread: what depends on it must
 * not block.
 *
 * <p>It does not try appends again, and so takes no note of their keys. Thread-safe.
 */
public final class FileEventStore implements EventStore, AutoCloseable {
    private final FileWriter writer;

    private FileEventStore(Builder builder) {
        try {
            this.writer = new FileWriter(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "store: " + builder.folder + " cannot be opened: " + e
                            + " (expected: a folder that this process may write)",
                    e);
        }
    }

    /**
     * Opens the store of a folder with the defaults.
     *
     * @param folder made where it is not there
     * @throws IllegalStateException if it is open already, in this process or another
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static FileEventStore open(Path folder) {
        return builder(folder).open();
    }

    /** A builder with the defaults. */
    public static Builder builder(Path folder) {
        return new Builder(Objects.requireNonNull(folder, "folder"));
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        Objects.requireNonNull(entry, "entry");
        Objects.requireNonNull(key, "key");
        return writer.append(entry);
    }

    @Override
    public boolean isIdempotent() {
        return false;
    }

    /** False: a folder is open in one process, by one store. */
    @Override
    public boolean isShared() {
        return false;
    }

    /**
     * {@inheritDoc} Its problem is that the latest entries could not be written, until some can be; that what was written cannot be
     * forced to the disk; or that the store is closed.
     */
    @Override
    public StoreStats stats() {
        return writer.stats();
    }

    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        FileTail tail = new FileTail(Objects.requireNonNull(sink, "sink"));
        CompletableFuture<Tail> loaded = new CompletableFuture<>();
        writer.load(tail, loaded);
        return loaded;
    }

    /**
     * Writes what waits, forces it to the disk, and leaves the folder to others; tails hear no more. Blocks until then.
     * Idempotent.
     */
    @Override
    public void close() {
        writer.close();
    }

    /** Builds a {@link FileEventStore}. Not thread-safe. */
    public static final class Builder {
        private static final long MEBIBYTE = 1 << 20;
        private static final Duration LONGEST = Duration.ofDays(365 * 100);

        final Path folder;
        Fsync fsync = Fsync.each();
        long maxBytes = 256 * MEBIBYTE;
        Duration maxAge = Duration.ofHours(1);
        Duration endAge = Duration.ofHours(1);
        long waitingBytes = 16 * MEBIBYTE;
        InstantSource clock = InstantSource.system();

        private Builder(Path folder) {
            this.folder = folder;
        }

        /** When entries are forced to the disk; default {@link Fsync#each}. */
        public Builder fsync(Fsync value) {
            this.fsync = Objects.requireNonNull(value, "fsync");
            return this;
        }

        /**
         * How many bytes are kept on the disk, and up to a sixteenth more; 64 KiB or more, default 256 MiB. A hub that opens the
         * store reads all of them, and retains what its own retention allows.
         */
        public Builder maxBytes(long bytes) {
            this.maxBytes = least("maxBytes", bytes, 64 << 10);
            return this;
        }

        /** How long entries are kept at least, within {@link #maxBytes}; above 0, default 1 hour. */
        public Builder maxAge(Duration value) {
            Objects.requireNonNull(value, "maxAge");
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("maxAge: " + value + " (expected: > 0)");
            }
            this.maxAge = value;
            return this;
        }

        /**
         * How long the end of a topic is known over a restart, whatever becomes of its events; 1 ms to 365 days, default 1 hour.
         * It is to be at least the {@code endRetention} of the hub. The ends of which nothing else is kept
         * take at most a sixteenth of {@link #maxBytes} on top; over it the oldest go first.
         */
        public Builder endAge(Duration value) {
            Objects.requireNonNull(value, "endAge");
            if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException("endAge: " + value + " (expected: 1 ms to 365 days)");
            }
            this.endAge = value;
            return this;
        }

        long maxAgeMillis() {
            return maxAge.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : maxAge.toMillis();
        }

        /** How many bytes of entries may wait to be written; 64 KiB or more, default 16 MiB. */
        public Builder waitingBytes(long bytes) {
            this.waitingBytes = least("waitingBytes", bytes, 64 << 10);
            return this;
        }

        /** The time of day that ids and ages tell, for tests; default that of the system. */
        public Builder clock(InstantSource value) {
            this.clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        private static long least(String name, long bytes, long least) {
            if (bytes < least) {
                throw new IllegalArgumentException(name + ": " + bytes + " (expected: >= " + least + ")");
            }
            return bytes;
        }

        /**
         * Opens it; blocks while it reads the files.
         *
         * @throws IllegalStateException if the folder is open already, in this process or another
         * @throws UncheckedIOException if it cannot be read or written
         */
        public FileEventStore open() {
            return new FileEventStore(this);
        }
    }
}
