package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor in several logs of one hub, merged by id.
 *
 * <p><b>Ordering.</b> The hub appends an event before it moves its published mark, one event at a time. A reader that
 * reads the mark first and the logs after it therefore finds in the logs every event up to the mark. It may deliver
 * these in the order of their ids, because no later event has a smaller id. Events that are newer than the mark wait
 * for the next call. For the order against eviction, which holds in each log, see {@link TopicCursor}.
 */
final class MergedCursor extends Cursor {
    private final TopicCursor[] cursors;
    private final List<TopicLog> logs;

    MergedCursor(Owner owner, EventId position, TopicCursor[] cursors) {
        super(owner, position);
        this.cursors = cursors;
        this.logs =
                Arrays.stream(cursors).flatMap(cursor -> cursor.logs().stream()).toList();
    }

    @Override
    public Batch next(int maxBytes, @Nullable Batch shared) {
        Batch nothing = nothing();
        EventId mark = owner().latest();
        EventId removed = removed(); // after the mark: an event of a later log of the topic is beyond the mark
        TopicCursor first = null;
        byte[] firstMemory = null;
        int firstCount = 0;
        long millis = 0;
        long sequence = 0;
        // The run ends before the second smallest next id, and at the mark at the latest.
        long boundMillis = mark.millis();
        long boundSequence = mark.sequence();
        for (TopicCursor cursor : cursors) {
            int count = cursor.settle();
            if (count == cursor.index) {
                continue; // even if the segment was evicted since: nothing in it is missed
            }
            byte[] memory = cursor.segment.memory();
            while (memory == null && count != TopicCursor.LAGGED && !cursor.isResumable()) {
                count = cursor.settle();
                memory = cursor.segment.memory();
            }
            if (count == cursor.index) {
                continue;
            }
            if (count == TopicCursor.LAGGED || memory == null) {
                return Batch.LAGGED_OUT;
            }
            long m = cursor.segment.millis(memory, cursor.index);
            long s = cursor.segment.sequence(memory, cursor.index);
            if (first == null || Segment.isAfter(millis, sequence, m, s)) {
                if (first != null && Segment.isAfter(boundMillis, boundSequence, millis, sequence)) {
                    boundMillis = millis;
                    boundSequence = sequence;
                }
                first = cursor;
                firstMemory = memory;
                firstCount = count;
                millis = m;
                sequence = s;
            } else if (Segment.isAfter(boundMillis, boundSequence, m, s)) {
                boundMillis = m;
                boundSequence = s;
            }
        }
        if (first == null || firstMemory == null || Segment.isAfter(millis, sequence, mark.millis(), mark.sequence())) {
            return nothing;
        }
        Segment segment = first.segment;
        int last = firstCount;
        EndPosition end = end();
        if (removed != null && (end == null || removed.compareTo(end.upTo()) < 0)) {
            end = EndPosition.at(removed);
        }
        if (end != null) {
            boolean isFixed = end.isFixed();
            last = upTo(end, segment, firstMemory, first.index, firstCount);
            if (last == first.index) {
                return isFixed ? Batch.ENDED : Batch.CAUGHT_UP;
            }
        }
        int to = segment.firstAfter(firstMemory, first.index, last, boundMillis, boundSequence);
        if (shared != null && shared.startsAt(segment, first.index) && shared.to <= to) {
            first.index = shared.to;
            return took(shared);
        }
        return took(first.take(firstMemory, segment.runEnd(firstMemory, first.index, to, maxBytes)));
    }

    @Override
    public boolean isNext(Batch shared) {
        boolean starts = false;
        for (TopicCursor cursor : cursors) {
            if (cursor.isNext(shared)) {
                starts = true;
            } else {
                EventId other = cursor.nextId();
                if (other != null
                        && Segment.isAfter(shared.lastMillis, shared.lastSequence, other.millis(), other.sequence())) {
                    return false;
                }
            }
        }
        return starts;
    }

    @Override
    public boolean standsWith(Cursor other) {
        if (!(other instanceof MergedCursor merged) || merged.cursors.length != cursors.length) {
            return false;
        }
        for (int i = 0; i < cursors.length; i++) {
            if (!cursors[i].standsWith(merged.cursors[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public CursorLag lag() {
        CursorLag all = CursorLag.NONE;
        for (TopicCursor cursor : cursors) {
            all = all.plus(cursor.lag());
        }
        return all;
    }

    @Override
    public List<TopicLog> logs() {
        return logs;
    }

    @Override
    boolean hasRead(EndPosition end) {
        for (TopicCursor cursor : cursors) {
            if (!cursor.hasRead(end)) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean hasNext() {
        return Arrays.stream(cursors).anyMatch(TopicCursor::hasNext);
    }

    /**
     * Returns the position at which the first of the topics was removed, or null. A cursor must not read beyond it:
     * later events of the topic are in another log.
     */
    private @Nullable EventId removed() {
        EventId first = null;
        for (TopicLog log : logs) {
            EventId position = log.life().removed();
            first = position == null || first != null && first.compareTo(position) <= 0 ? first : position;
        }
        return first;
    }

    @Override
    public boolean haveLogsEnded() {
        boolean all = true;
        for (TopicLog log : logs) {
            if (log.life().removed() != null) {
                return true;
            }
            all &= log.isEnded();
        }
        return all;
    }

    @Override
    public boolean isLaggedOut() {
        for (TopicCursor cursor : cursors) {
            if (cursor.isLaggedOut()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Moves to the smallest of the positions: a client that resumes there may receive events twice, but misses none.
     */
    @Override
    void moveTo(EventId position) {
        EventId smallest = null;
        for (TopicCursor cursor : cursors) {
            if (!cursor.isResumable()) {
                continue;
            }
            cursor.moveTo(position);
            EventId reached = cursor.position();
            smallest = smallest == null || reached.compareTo(smallest) < 0 ? reached : smallest;
        }
        if (smallest != null) {
            lastMillis = smallest.millis();
            lastSequence = smallest.sequence();
            for (TopicCursor cursor : cursors) {
                if (!cursor.isResumable()) {
                    cursor.moveTo(smallest); // else an older event would come after a newer one
                }
            }
        }
    }
}
