package dev.freshet.store;

import static dev.freshet.store.StoreLogger.LOGGER;

import dev.freshet.logging.LogText;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The forcing of written entries to the disk, as an {@link Fsync} defines it. After a failed force it is not known what
 * the disk has, and nothing more is written. Confined to the thread that writes the store, except for {@link #force},
 * {@link #check}, {@link #hasFailed} and {@link #problem}, which are thread-safe.
 */
final class DiskForcing {
    private final OwnThread writer = new OwnThread();
    private final Fsync fsync;
    private final UnaryOperator<Forceable> disk;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile @Nullable IOException failure;
    /** Why the executor rejected the last force, or null. */
    private volatile @Nullable String refusal;

    private boolean isDirty;
    private long forcedAt = System.nanoTime();

    DiskForcing(Fsync fsync, UnaryOperator<Forceable> disk) {
        this.fsync = fsync;
        this.disk = disk;
    }

    /** Throws if a force has failed, so that earlier entries may be missing on the disk. */
    void check() throws IOException {
        IOException before = failure;
        if (before != null) {
            throw new IOException("store: " + before.getMessage(), before);
        }
    }

    /** Returns the reason why entries are not forced to the disk when they should be, or null. Any thread may call. */
    @Nullable
    String problem() {
        IOException before = failure;
        return before == null ? refusal : "store: " + before.getMessage();
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Notes a write that is not acknowledged yet; forces it if each write is forced. */
    void written(Forceable file) throws IOException {
        assert writer.isCurrent();
        if (fsync.isEach()) {
            force(file);
        } else {
            isDirty = true;
        }
    }

    /**
     * Forces what was written to the disk. Any thread may call; one force runs at a time, and each after a failed one
     * fails, too: the system reports a failure to the first that asks, and to no other.
     */
    synchronized void force(Forceable file) throws IOException {
        check();
        try {
            disk.apply(file).sync();
        } catch (Throwable e) { // such as an OutOfMemoryError: it is not known what the disk has, either
            IOException failed = new IOException(
                    "what was written cannot be forced to the disk: " + LogText.escaped(LogText.textOf(e)), e);
            failure = failed;
            throw failed;
        }
    }

    /** Returns the time until the next force is due, in milliseconds. */
    long dueInMillis() {
        return fsync.executor == null || fsync.every == null || !isDirty
                ? Long.MAX_VALUE
                : TimeUnit.NANOSECONDS.toMillis(forcedAt + fsync.every.toNanos() - System.nanoTime());
    }

    /** @param file the file that is written to; the full one before it was forced when this one was begun */
    void forceWhenDue(Forceable file) {
        assert writer.isCurrent();
        Executor executor = fsync.executor;
        if (executor == null || dueInMillis() > 0 || running.getAndSet(true)) {
            return;
        }
        forcedAt = System.nanoTime();
        isDirty = false;
        try {
            executor.execute(() -> run(file));
            refusal = null;
        } catch (Throwable e) { // such as of an executor that cannot start a thread
            refusal = "store: not forced to the disk: " + LogText.escaped(LogText.textOf(e));
            running.set(false);
            isDirty = true;
            LOGGER.warn("store: {} was not forced to the disk", LogText.escaped(file, e));
        }
    }

    private void run(Forceable file) {
        try {
            force(file);
        } catch (IOException e) {
            LOGGER.error("store: {}", LogText.escaped(file, e));
        } finally {
            running.set(false);
        }
    }
}
