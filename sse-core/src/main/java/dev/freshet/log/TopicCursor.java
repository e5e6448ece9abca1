package dev.freshet.log;

import dev.freshet.event.EventId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor in one log.
 *
 * <p><b>Ordering against growth.</b> The writer stores the link to a new segment after the last count of the full one.
 * A reader at the end of a segment that sees the link therefore reads the count once more, which is the last, before it
 * follows the link.
 *
 * <p><b>Ordering against eviction: the head before the evicted.</b> The writer evicts the oldest segment by three
 * volatile stores, in this order: the log's head becomes the next segment, the segment's memory becomes null, its link
 * becomes null ({@link TopicLog#head}, {@link Segment#evict}). A reader loads count, link, memory and head in this
 * order, and takes the first case that fits:
 * <ul>
 *   <li>There is an event below the count, and the memory. The reader reads there. Its own reference keeps the array,
 *       whose bytes below the count do not change.
 *   <li>There is an event below the count, and no memory. The reader has lagged out.
 *   <li>Everything below the count is read, and there is a link. It leads to the very next segment, and the reader follows it.
 *   <li>Everything below the count is read, and there is no link, but the memory. The reader has caught up: a link is dropped after the
 *       memory, so there was none to follow.
 *   <li>Everything below the count is read, and there is neither link nor memory. The head was stored before the memory went, so
 *       the reader, which loads it after, finds a later segment. If nothing was appended since to the segment that it has
 *       read, and the head's ordinal is the next one, the reader continues there. Otherwise it has lagged out.
 * </ul>
 * So a reader either reads the bytes of the next event or lags out; it never skips an event without notice. A topic
 * that cannot be resumed has the same order: if another cursor would lag out, this one continues at the head, which is
 * again a later segment, so the search ends. {@code EvictionStress}, {@code FleetingStress} and {@code LinkStress} test
 * this with jcstress.
 *
 * <p><b>The lag.</b> Each segment has the numbers of events and of bytes that were appended to the log before it, which
 * are constant and outlive its eviction. The lag is the difference of the log's end and the cursor's place, but at most
 * what is retained. Any thread may ask for it. What it finds is the lag of some moment of the call, or more:
 * <ul>
 *   <li>A cursor that moves sets the index to 0, then the segment with a release store, and then the index of its place there.
 *       A thread that loads the segment with acquire therefore loads an index of this segment or of a later one. It loads
 *       the segment once more after the index: if it is another, the cursor has just moved, and the index is taken to be 0.
 *       Between the first two stores it finds the start of the segment that was read, and counts that segment once too
 *       often; between the last two, the start of the new one.
 *   <li>The place is loaded before the end, so a cursor that reads on meanwhile lags less than what is found.
 *   <li>The writer counts an event as retained before the release store of the count. A thread that loads the count before
 *       what is retained does not miss an event that is in the count. An eviction between the two loads makes the number of
 *       events that of the later moment.
 *   <li>Where the memory of a segment is gone, the offset of the cursor in it is unknown. Everything that is retained is then
 *       newer than the segment, so the bytes are all that is retained. If it goes while the thread asks, the bytes are those of a
 *       later moment than the events, and there may be more of them.
 *   <li>The age is that of the first event from the cursor's place on, or from the head if that is later, whose segment still
 *       has its memory; 0 if the segment at which the search is is evicted meanwhile.
 * </ul>
 */
final class TopicCursor extends Cursor {
    static final int LAGGED = -1;

    private static final VarHandle SEGMENT;
    private static final VarHandle INDEX;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SEGMENT = lookup.findVarHandle(TopicCursor.class, "segment", Segment.class);
            INDEX = lookup.findVarHandle(TopicCursor.class, "index", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TopicLog log;
    Segment segment;
    int index;

    TopicCursor(Owner owner, TopicLog log, EventId position, Segment segment, int index) {
        super(owner, position);
        this.log = log;
        this.segment = segment;
        this.index = index;
    }

    /**
     * Returns a cursor before the first retained event after the position, under the lock of the owner; of a topic that
     * cannot be resumed, one at the end of the log.
     */
    static TopicCursor after(Owner owner, TopicLog log, EventId position) {
        if (!log.isResumable()) {
            return new TopicCursor(owner, log, position, log.tail(), log.tail().count());
        }
        if (position.compareTo(log.floor()) <= 0) {
            return new TopicCursor(owner, log, position, log.head(), log.floorIndex());
        }
        if (position.compareTo(owner.latest()) >= 0) {
            return new TopicCursor(owner, log, position, log.tail(), log.tail().count());
        }
        Segment segment = log.head();
        while (true) {
            byte[] memory = segment.memory();
            int count = segment.count();
            if (memory != null) {
                int index = segment.firstAfter(memory, 0, count, position.millis(), position.sequence());
                if (index < count) {
                    return new TopicCursor(owner, log, position, segment, index);
                }
            }
            Segment next = segment.next();
            if (next == null) {
                return new TopicCursor(owner, log, position, segment, count);
            }
            segment = next;
        }
    }

    /** Returns the id of the next event, or null if there is none yet or it was evicted. */
    @Nullable
    EventId nextId() {
        byte[] memory = segment.memory();
        return memory == null || index == segment.count() ? null : segment.id(memory, index);
    }

    @Override
    public Batch next(int maxBytes, @Nullable Batch shared) {
        int count = settle();
        if (count == LAGGED) {
            return Batch.LAGGED_OUT;
        }
        if (count == index) {
            // The ends are read before the count is read again: what was published before them is in that count.
            Batch nothing = nothing();
            if (nothing == Batch.CAUGHT_UP || settle() == index) {
                return nothing;
            }
            return next(maxBytes, shared);
        }
        byte[] memory = segment.memory();
        if (memory == null) {
            return log.isResumable() ? Batch.LAGGED_OUT : next(maxBytes, shared);
        }
        int to = count;
        EndPosition end = end();
        if (end != null) {
            boolean isFixed = end.isFixed();
            to = upTo(end, segment, memory, index, count);
            if (to == index) {
                return isFixed ? Batch.ENDED : Batch.CAUGHT_UP;
            }
        }
        if (shared != null && shared.startsAt(segment, index) && shared.to <= to) {
            index = shared.to;
            return took(shared);
        }
        return take(memory, segment.runEnd(memory, index, to, maxBytes));
    }

    Batch take(byte[] memory, int to) {
        Batch batch = new Batch(segment, memory, index, to);
        index = to;
        return took(batch);
    }

    /**
     * Moves to the segment that holds the next event; see the ordering above. In a log that cannot be resumed the
     * cursor continues at the oldest segment that is left, all of which is newer than what was read.
     *
     * @return the count of that segment, or {@link #LAGGED}; a count above the index means that there is an event to
     *     read, a count equal to it that the cursor has caught up
     */
    int settle() {
        while (true) {
            Segment s = segment;
            int count = s.count();
            Segment next = s.next();
            if (index < count) {
                if (!s.isEvicted()) {
                    return count;
                }
                if (log.isResumable()) {
                    return LAGGED;
                }
                next = log.head();
            } else if (next == null) {
                if (!s.isEvicted()) {
                    return count;
                }
                // Evicted after it was read to its end: nothing is missed if the head is the next segment.
                next = log.head();
                boolean isMissed = index < s.count() || next.ordinal != s.ordinal + 1;
                if (isMissed && log.isResumable()) {
                    return LAGGED;
                }
            } else if (index < s.count()) {
                continue; // appended between the loads of the count and of the link
            }
            moveTo(next, 0);
        }
    }

    @Override
    public boolean isNext(Batch shared) {
        return settle() != index && shared.startsAt(segment, index);
    }

    @Override
    public boolean standsWith(Cursor other) {
        return other instanceof TopicCursor one && segment == one.segment && index == one.index;
    }

    @Override
    public CursorLag lag() {
        Segment at = (Segment) SEGMENT.getAcquire(this);
        int from = (int) INDEX.getOpaque(this);
        Segment again = (Segment) SEGMENT.getAcquire(this);
        if (again != at) {
            at = again;
            from = 0;
        }
        Segment last = log.tail();
        int count = last.count();
        long newest = last.eventsBefore + count;
        long oldest = Math.max(at.eventsBefore + from, newest - log.events());
        if (oldest >= newest) {
            return CursorLag.NONE;
        }
        byte[] memory = at.memory();
        byte[] lastMemory = last.memory();
        long bytes = log.bytes();
        if (memory != null && lastMemory != null) {
            long read = at.bytesBefore + at.start(memory, Math.min(from, at.count()));
            bytes = Math.max(0, Math.min(bytes, last.bytesBefore + last.start(lastMemory, count) - read));
        }
        Segment head = log.head();
        return new CursorLag(newest - oldest, bytes, age(at.ordinal < head.ordinal ? head : at, oldest));
    }

    /** Returns the age of an event, by its number in the log, in a segment or the next one that has events. */
    private long age(Segment from, long number) {
        for (Segment each = from; each != null; each = each.next()) {
            int count = each.count();
            byte[] memory = each.memory();
            long i = Math.max(0, number - each.eventsBefore);
            if (memory != null && i < count) {
                return Math.max(0, log.uptime() - each.uptime(memory, (int) i));
            }
        }
        return 0;
    }

    /** Moves the cursor; the order of the stores is for {@link #lag}. */
    private void moveTo(Segment next, int nextIndex) {
        index = 0;
        SEGMENT.setRelease(this, next);
        index = nextIndex;
    }

    @Override
    public List<TopicLog> logs() {
        return List.of(log);
    }

    boolean isResumable() {
        return log.isResumable();
    }

    @Override
    boolean hasRead(EndPosition end) {
        boolean isPublished = owner().latest().compareTo(end.upTo()) >= 0;
        int count = settle();
        byte[] memory = segment.memory();
        if (count == index) {
            return isPublished;
        }
        return count != LAGGED && memory != null && upTo(end, segment, memory, index, count) == index;
    }

    @Override
    boolean hasNext() {
        return settle() != index;
    }

    @Override
    public boolean haveLogsEnded() {
        return log.isEnded();
    }

    @Override
    public boolean isLaggedOut() {
        return settle() == LAGGED;
    }

    @Override
    void moveTo(EventId position) {
        EventId from = IdSequence.later(log.floor(), position);
        TopicCursor there = after(owner(), log, from);
        moveTo(there.segment, there.index);
        lastMillis = from.millis();
        lastSequence = from.sequence();
    }
}
