package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state that the parts of a {@link HubLog} share: the lock, the published mark, the clocks, the ids and the memory.
 * Thread-safe; the objects that it returns are guarded by the lock unless stated otherwise.
 */
final class LogState {
    /** The name of the logger, which is that of {@link HubLog}. The parts do not depend on that class. */
    static final String LOGGER = "dev.freshet.log.HubLog";

    /** The share of the hub's bytes that the own ids of evicted events may take: one in this number. */
    private static final int EVICTED_IDS_SHARE = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Retentions retentions;
    private final long lingerNanos;
    private final HubTime time;
    private final IdSequence ids;
    private final MemoryBudget budget;
    private final SegmentsByAge segments;
    private final LogTotals totals = new LogTotals();
    private final EvictedIds evictedIds;

    /** The published mark: set after the event can be read. Written under the lock. */
    private volatile EventId latest;

    private volatile boolean closed;
    /** Whether the entries that a store delivers are older than the hub. */
    private volatile boolean loading;

    LogState(LogOptions options, IdSequence ids, NameHash hash) {
        this.retentions = options.retentions();
        this.lingerNanos = options.linger().toNanos();
        this.time = new HubTime(options.clock(), options.ticker());
        this.ids = ids;
        this.budget = new MemoryBudget(retentions.hubBytes());
        this.segments = new SegmentsByAge(budget);
        this.evictedIds = new EvictedIds(hash, budget, retentions.hubBytes() / EVICTED_IDS_SHARE);
        this.latest = ids.base();
        this.loading = ids.isOfStore();
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Returns whether the calling thread holds the lock; for assertions. */
    boolean isLocked() {
        return lock.isHeldByCurrentThread();
    }

    void locked(Runnable action) {
        underLock(() -> {
            action.run();
            return null;
        });
    }

    <T extends @Nullable Object> T underLock(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the position of the newest event that can be read, or that at which the hub began. Any thread may call.
     */
    EventId latest() {
        return latest;
    }

    /** Moves the published mark, under the lock: everything up to the id can be read. */
    void published(EventId id) {
        assert isLocked();
        latest = id;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        assert isLocked();
        closed = true;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("hub: closed");
        }
    }

    boolean isLoading() {
        return loading;
    }

    void loaded() {
        loading = false;
    }

    Retentions retentions() {
        return retentions;
    }

    long lingerNanos() {
        return lingerNanos;
    }

    HubTime time() {
        return time;
    }

    /**
     * Returns the time by which the age of ends is measured, under the lock. With a store it is the newest time of an
     * entry, which is the same on all nodes.
     */
    long endTime() {
        assert isLocked();
        return ids.isOfStore() ? time.newestEntry() : time.uptime();
    }

    IdSequence ids() {
        return ids;
    }

    MemoryBudget budget() {
        return budget;
    }

    SegmentsByAge segments() {
        return segments;
    }

    LogTotals totals() {
        return totals;
    }

    EvictedIds evictedIds() {
        return evictedIds;
    }
}
