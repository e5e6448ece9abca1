package dev.freshet.log;

import org.jspecify.annotations.Nullable;

/**
 * The memory that a hub may hold, and who holds it, in bytes as they are counted: the objects of the topics that are followed
 * or retain nothing have a quarter to themselves, for strangers name topics; the rest is for history, which is the segments, by
 * the time at which they were written to, and all else. Guarded by the lock of {@link HubLog}.
 */
final class MemoryBudget {
    private static final int NAMES_SHARE = 4;

    /** So that a few topics can be followed however little a hub may hold. */
    private static final int FEWEST_NAMES_BYTES = 8 << 10;

    /** Of a topic: its log, the entry of a map, a cursor. */
    private static final int TOPIC_BYTES = 400;

    /** Of a segment beside its bytes. */
    private static final int SEGMENT_BYTES = 96;

    private final long namesLimit;
    private final long historyLimit;
    private @Nullable Segment oldest;
    private @Nullable Segment newest;
    private long names;
    private long history;

    MemoryBudget(long limit) {
        long share = limit / NAMES_SHARE;
        this.namesLimit = Math.max(FEWEST_NAMES_BYTES, share);
        this.historyLimit = limit - share;
    }

    static long bytesOf(String topic) {
        return TOPIC_BYTES + 2L * topic.length();
    }

    /** All that is held. */
    long held() {
        return names + history;
    }

    boolean hasSegments() {
        return oldest != null;
    }

    /** Takes so much for history, or gives back what is below 0. */
    void take(long bytes) {
        history += bytes;
        assert history >= 0;
    }

    /** The same for the topics that are followed or retain nothing. */
    void takeForNames(long bytes) {
        names += bytes;
        assert names >= 0;
    }

    /** Whether a topic could be followed that there is not yet. */
    boolean hasRoomForNew(String topic) {
        return names + bytesOf(topic) <= namesLimit;
    }

    /** Whether so much more could be followed that so far counts as history: that may take as much again, of what is for history. */
    boolean hasRoomForKnown(long bytes) {
        return names + bytes <= 2 * namesLimit;
    }

    /** Whether topics take more already that are followed or retain nothing. */
    boolean isOverNames() {
        return names > namesLimit;
    }

    /** Whether it is time to look for topics that are idle. */
    boolean isShortOfNames() {
        return names > namesLimit - namesLimit / 4;
    }

    /** The segment that is to go, or null where there is no need to, or none but the newest. */
    @Nullable
    Segment excess() {
        long limit = historyLimit - Math.max(0, names - namesLimit);
        return history > limit && oldest != newest ? oldest : null;
    }

    void allocated(Segment segment) {
        take(segment.capacity + SEGMENT_BYTES);
        append(segment);
    }

    /** It is the last now that goes. */
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
        take(-segment.capacity - SEGMENT_BYTES);
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
