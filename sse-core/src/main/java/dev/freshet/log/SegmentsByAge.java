package dev.freshet.log;

import org.jspecify.annotations.Nullable;

/**
 * The segments of a hub that hold memory, in the order in which they were last written to. Counts them in the {@link
 * MemoryBudget}. Guarded by the lock of {@link HubLog}.
 */
final class SegmentsByAge {
    /** The bytes that a segment takes beside its array. */
    private static final int SEGMENT_BYTES = 96;

    private final MemoryBudget budget;
    private @Nullable Segment oldest;
    private @Nullable Segment newest;

    SegmentsByAge(MemoryBudget budget) {
        this.budget = budget;
    }

    boolean hasAny() {
        return oldest != null;
    }

    /**
     * Returns the segment to evict: the oldest one while history is over its limit, but never the newest. Null for
     * none.
     */
    @Nullable
    Segment excess() {
        return budget.isHistoryOver() && oldest != newest ? oldest : null;
    }

    void allocated(Segment segment) {
        budget.take(segment.capacity + SEGMENT_BYTES);
        append(segment);
    }

    /** Makes a segment the newest one. */
    void written(Segment segment) {
        if (segment != newest && segment.capacity > 0) {
            unlink(segment);
            append(segment);
        }
    }

    private void append(Segment segment) {
        segment.older = newest;
        if (newest == null) {
            oldest = segment;
        } else {
            newest.newer = segment;
        }
        newest = segment;
    }

    void freed(Segment segment) {
        if (segment.capacity == 0) {
            return;
        }
        budget.take(-segment.capacity - SEGMENT_BYTES);
        unlink(segment);
    }

    private void unlink(Segment segment) {
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
