package dev.freshet.store;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * When a {@link FileEventStore} has the operating system write to the disk what it has appended. What a killed process had appended
 * is there in any case; what this is about is a machine that loses its power, or crashes. Immutable and thread-safe.
 */
public final class Fsync {
    private static final Fsync EACH = new Fsync(Duration.ZERO, null);
    private static final Fsync NEVER = new Fsync(null, null);

    /** Null for never. */
    final @Nullable Duration every;

    final @Nullable Executor executor;

    private Fsync(@Nullable Duration every, @Nullable Executor executor) {
        this.every = every;
        this.executor = executor;
    }

    /** Before an append completes, for those together that have come meanwhile. Nothing that was acknowledged is lost. */
    public static Fsync each() {
        return EACH;
    }

    /**
     * Every so often while there is something new. A crash of the machine loses what was acknowledged since; the store then tells
     * that what it has is no longer the history, and every client is reset.
     *
     * @param time 1 ms to 1 hour
     * @param executor runs it, on a thread that it may block
     */
    public static Fsync every(Duration time, Executor executor) {
        Objects.requireNonNull(time, "time");
        if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("fsync.every: " + time + " (expected: 1 ms to 1 hour)");
        }
        return new Fsync(time, Objects.requireNonNull(executor, "executor"));
    }

    /** When the operating system likes to. A crash of the machine has every client reset. */
    public static Fsync never() {
        return NEVER;
    }

    boolean isEach() {
        return every != null && executor == null;
    }
}
