package dev.freshet.store;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The time at which a {@link FileEventStore} forces its entries to the disk. Entries of a process that is killed are
 * kept in any case; forcing matters for a machine that loses its power or crashes. Immutable and thread-safe.
 */
public final class Fsync {
    private static final Fsync EACH = new Fsync(Duration.ZERO, null);
    private static final Fsync NEVER = new Fsync(null, null);

    /** The interval; zero for each write, null for never. */
    final @Nullable Duration every;

    final @Nullable Executor executor;

    private Fsync(@Nullable Duration every, @Nullable Executor executor) {
        this.every = every;
        this.executor = executor;
    }

    /**
     * Forces before an append completes, once for all entries that were written together. No acknowledged entry is
     * lost.
     */
    public static Fsync each() {
        return EACH;
    }

    /**
     * Forces at an interval while there are new entries. A crash of the machine loses the entries that were
     * acknowledged since the last force. The history of the store then begins anew, and every client is reset.
     *
     * @param time the interval, 1 ms to 1 hour
     * @param executor runs the force, on a thread that may block
     */
    public static Fsync every(Duration time, Executor executor) {
        Objects.requireNonNull(time, "time");
        if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("fsync.every: " + time + " (expected: 1 ms to 1 hour)");
        }
        return new Fsync(time, Objects.requireNonNull(executor, "executor"));
    }

    /** Leaves the time to the operating system. After a crash of the machine every client is reset. */
    public static Fsync never() {
        return NEVER;
    }

    boolean isEach() {
        return every != null && executor == null;
    }
}
