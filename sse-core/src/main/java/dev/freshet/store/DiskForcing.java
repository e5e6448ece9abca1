package dev.freshet.store;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When what was written is forced to the disk; after a failure nobody knows what is there, and nothing is to be written any more.
 * Confined to the thread that writes, but for what an executor runs.
 */
final class DiskForcing {
    private static final Logger logger = LoggerFactory.getLogger(FileEventStore.class);

    private final Fsync fsync;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile @Nullable IOException failure;
    /** Why the executor did not take it the last time, or null. */
    private volatile @Nullable String refusal;

    private boolean isDirty;
    private long forcedAt = System.nanoTime();

    DiskForcing(Fsync fsync) {
        this.fsync = fsync;
    }

    /** Throws where what was written before may not be on the disk though it should. */
    void check() throws IOException {
        IOException before = failure;
        if (before != null) {
            throw new IOException("store: " + before.getMessage(), before);
        }
    }

    /** By any thread: why what was written is not on the disk when it should be, or null. */
    @Nullable
    String problem() {
        IOException before = failure;
        return before == null ? refusal : "store: " + before.getMessage();
    }

    /** Something was written, which is not told of yet. */
    void written(SegmentFile file) throws IOException {
        if (fsync.isEach()) {
            force(file);
        } else {
            isDirty = true;
        }
    }

    void force(SegmentFile file) throws IOException {
        try {
            file.sync();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private IOException failed(IOException cause) {
        IOException failed =
                new IOException("what was written cannot be forced to the disk: " + cause.getMessage(), cause);
        failure = failed;
        return failed;
    }

    /** When that is to be looked at again. */
    long dueInMillis() {
        return fsync.executor == null || fsync.every == null || !isDirty
                ? Long.MAX_VALUE
                : TimeUnit.NANOSECONDS.toMillis(forcedAt + fsync.every.toNanos() - System.nanoTime());
    }

    /** @param file that is written to; one that was full was forced as this began */
    void forceWhenDue(SegmentFile file) {
        Executor executor = fsync.executor;
        if (executor == null || dueInMillis() > 0 || running.getAndSet(true)) {
            return;
        }
        forcedAt = System.nanoTime();
        isDirty = false;
        try {
            executor.execute(() -> run(file));
            refusal = null;
        } catch (RuntimeException e) {
            refusal = "store: not forced to the disk: " + e;
            running.set(false);
            isDirty = true;
            logger.warn("store: {} was not forced to the disk", file.path, e);
        }
    }

    private void run(SegmentFile file) {
        try {
            force(file);
        } catch (IOException e) {
            logger.error("store: {}", file.path, e);
        } finally {
            running.set(false);
        }
    }
}
