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
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;

/**
 * A store that keeps a hub's entries in the files of a folder. A process that was restarted or killed continues where
 * it was: its clients resume, and none is reset. One store of one process at a time may have the folder open.
 *
 * <p>Entries are appended to files. A file is deleted as a whole, the oldest first, once all its entries are too old or
 * the files are too large; the ends and starts of its topics are kept. Each entry has a checksum. A store that opens
 * the folder cuts off an entry that was written in part, which was never acknowledged. If acknowledged entries may be
 * missing at the end, because the machine has crashed and they were not forced to the disk ({@link Fsync}), or if an
 * entry is damaged, the history begins anew: every client is reset, and the files are set aside. A crash of the machine
 * is recognised by its boot id (Linux). Elsewhere it is assumed if the store was not closed and not every entry was
 * forced. A folder that was restored from a backup is taken for the latest state: open it as a new store instead.
 * Otherwise clients that have received later events are not reset.
 *
 * <p>A thread of the store writes the entries, several at a time if they come fast. A publisher never waits for the
 * disk. The entries that wait to be written are bounded; over the bound an append fails with a {@link
 * RejectedExecutionException}. Appends that cannot be written, for example because the disk is full, fail, and the
 * store continues. After entries that cannot be forced to the disk it is not known what the disk has, and all later
 * appends fail. A store that opens the folder later continues, unless the last entry was written in part. After a crash
 * of the machine, and where its boot id is not known, it begins anew, except with files that a later store has closed
 * and that are whole. An append completes on the thread of the store, so dependent stages must not block.
 *
 * <p>The store does not repeat appends, and so ignores their keys. Thread-safe.
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
     * @param folder the folder, which is created if it does not exist
     * @throws IllegalStateException if the folder is open already, in this process or another
     * @throws UncheckedIOException if the folder cannot be read or written
     */
    public static FileEventStore open(Path folder) {
        return builder(folder).open();
    }

    /** Returns a builder with the defaults. */
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

    /** Returns false: a folder is open in one process, by one store. */
    @Override
    public boolean isShared() {
        return false;
    }

    /**
     * {@inheritDoc} The problem is that the latest entries could not be written, until later ones can be; that written
     * entries cannot be forced to the disk; or that the store is closed.
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
     * Writes the entries that wait, forces them to the disk, closes the tails, and unlocks the folder. Blocks until
     * then. Idempotent.
     */
    @Override
    public void close() {
        writer.close();
    }

    /** A builder of a {@link FileEventStore}. Not thread-safe. */
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
        // For tests alone.
        UnaryOperator<Forceable> disk = UnaryOperator.identity();
        ThreadFactory threads = task -> new Thread(task, "freshet-file-store");

        private Builder(Path folder) {
            this.folder = folder;
        }

        /** Sets when entries are forced to the disk; default {@link Fsync#each}. */
        public Builder fsync(Fsync value) {
            this.fsync = Objects.requireNonNull(value, "fsync");
            return this;
        }

        /**
         * Sets how many bytes are kept on the disk, and up to a sixteenth more; 64 KiB or more, default 256 MiB. A hub
         * that opens the store reads all of them, and retains what its own retention allows.
         */
        public Builder maxBytes(long bytes) {
            this.maxBytes = least("maxBytes", bytes, 64 << 10);
            return this;
        }

        /**
         * Sets how long entries are kept at least, within {@link #maxBytes}; above 0, default 1 hour. Both are the
         * store's own and not derived from a retention, which is for each topic of a hub: a hub that opens the store
         * has no other history, so it should keep at least what the hub retains of all topics together.
         */
        public Builder maxAge(Duration value) {
            Objects.requireNonNull(value, "maxAge");
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("maxAge: " + value + " (expected: > 0)");
            }
            this.maxAge = value;
            return this;
        }

        /**
         * Sets how long the end of a topic is kept across restarts, whether or not its events are kept; 1 ms to 365
         * days, default 1 hour. The time should be at least the {@code endRetention} of the hub. Ends whose events are
         * deleted take at most a sixteenth of {@link #maxBytes} in addition; over that the oldest are dropped first.
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

        /** Sets how many bytes of entries may wait to be written; 64 KiB or more, default 16 MiB. */
        public Builder waitingBytes(long bytes) {
            this.waitingBytes = least("waitingBytes", bytes, 64 << 10);
            return this;
        }

        /** Sets the clock for the time of day of ids and ages, for tests; default that of the system. */
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
         * Opens the store. Blocks while it reads the files.
         *
         * @throws IllegalStateException if the folder is open already, in this process or another
         * @throws UncheckedIOException if the folder cannot be read or written
         */
        public FileEventStore open() {
            return new FileEventStore(this);
        }
    }
}
