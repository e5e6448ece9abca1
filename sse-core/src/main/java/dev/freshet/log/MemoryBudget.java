package dev.freshet.log;

import org.jspecify.annotations.Nullable;

/** The memory of all segments of a hub, by creation: over the budget the oldest goes first. Guarded by the hub's lock. */
final class MemoryBudget {
    private final long limit;
    private @Nullable Segment oldest;
    private @Nullable Segment newest;
    private long allocated;

    MemoryBudget(long limit) {
        this.limit = limit;
    }

    long allocated() {
        return allocated;
    }

    void allocated(Segment segment) {
        allocated += segment.capacity;
        segment.older = newest;
        if (newest == null) {
            oldest = segment;
        } else {
            newest.newer = segment;
        }
        newest = segment;
        while (allocated > limit && oldest != null && oldest != segment) {
            oldest.log.evictOldestSegment();
        }
    }

    void freed(Segment segment) {
        if (segment.capacity == 0) {
            return;
        }
        allocated -= segment.capacity;
        if (segment.older == null) {
            oldest = segment.newer;
        } else {
            segment.older.newer = segment.newer;
        }
        if (segment.newer == null) {
            newest = segment.older;
        } else {
            segment.newer.older = segment.older;
        }
        segment.older = null;
        segment.newer = null;
    }
}
