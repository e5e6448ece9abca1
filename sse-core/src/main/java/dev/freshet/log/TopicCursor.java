package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cursor in one log. */
final class TopicCursor extends Cursor {
    static final int LAGGED = -1;

    private final TopicLog log;
    Segment segment;
    int index;

    TopicCursor(Owner owner, TopicLog log, EventId position, Segment segment, int index) {
        super(owner, position);
        this.log = log;
        this.segment = segment;
        this.index = index;
    }

    /** Under the lock of the owner: a cursor that reads what is retained after the position, and can be resumed. */
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
            if (memory != null && count > 0) {
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

    /** The id of the next event, or null where there is none yet, or it was evicted. */
    @Nullable
    EventId nextId() {
        byte[] memory = segment.memory();
        return memory == null || index == segment.count() ? null : segment.id(memory, index);
    }

    @Override
    public Batch next(int maxBytes, @Nullable Batch like) {
        int count = settle();
        if (count == LAGGED) {
            return Batch.LAGGED_OUT;
        }
        if (count == index) {
            // The ends are looked at before the count is looked at again: what was published before them is read.
            Batch nothing = nothing();
            if (nothing == Batch.CAUGHT_UP || settle() == index) {
                return nothing;
            }
            return next(maxBytes, like);
        }
        byte[] memory = segment.memory();
        if (memory == null) {
            return log.isResumable() ? Batch.LAGGED_OUT : next(maxBytes, like);
        }
        int to = count;
        EndPlace end = end();
        if (end != null) {
            boolean isFixed = end.isFixed();
            to = upTo(end, segment, memory, index, count);
            if (to == index) {
                return isFixed ? Batch.ENDED : Batch.CAUGHT_UP;
            }
        }
        if (like != null && like.startsAt(segment, index) && like.to <= to) {
            index = like.to;
            return took(like);
        }
        return take(memory, segment.runEnd(memory, index, to, maxBytes));
    }

    Batch take(byte[] memory, int to) {
        Batch batch = new Batch(segment, memory, index, to);
        index = to;
        return took(batch);
    }

    /**
     * Moves to the segment that holds the next event. A log that cannot be resumed goes on with the oldest segment that it has:
     * all in it is newer than what was read.
     *
     * @return the count of that segment (above the index: there is something to read; equal: caught up), or LAGGED
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
                // Evicted after it was read to its end: nothing is missed where the log goes on right behind it.
                next = log.head();
                boolean isMissed = index < s.count() || next.ordinal != s.ordinal + 1;
                if (isMissed && log.isResumable()) {
                    return LAGGED;
                }
            } else if (index < s.count()) {
                continue; // appended between the first look at the count and the link
            }
            segment = next;
            index = 0;
        }
    }

    @Override
    public boolean isNext(Batch like) {
        return settle() != index && like.startsAt(segment, index);
    }

    @Override
    public boolean standsWith(Cursor other) {
        return other instanceof TopicCursor one && segment == one.segment && index == one.index;
    }

    @Override
    public List<TopicLog> logs() {
        return List.of(log);
    }

    boolean isResumable() {
        return log.isResumable();
    }

    @Override
    boolean hasRead(EndPlace place) {
        boolean isPublished = owner().latest().compareTo(place.upTo()) >= 0;
        int count = settle();
        byte[] memory = segment.memory();
        if (count == index) {
            return isPublished;
        }
        return count != LAGGED && memory != null && upTo(place, segment, memory, index, count) == index;
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
        segment = there.segment;
        index = there.index;
        lastMillis = from.millis();
        lastSequence = from.sequence();
    }
}
