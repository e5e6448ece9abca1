package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor in several logs of one hub, merged by id.
 *
 * <p><b>Ordering.</b> The hub appends an event before it moves its published mark, one event at a time. So whoever
 * reads the mark first and the logs after it sees in the logs every event up to the mark, and may deliver those in id
 * order: nothing that comes later can have a smaller id. What is newer than the mark waits for the next call.
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
    public Batch next(int maxBytes, @Nullable Batch like) {
        Batch nothing = nothing();
        EventId mark = owner().latest();
        EventId removed = removed(); // behind the mark: what is published to another log of the topic is beyond it
        TopicCursor first = null;
        byte[] firstMemory = null;
        int firstCount = 0;
        long millis = 0;
        long sequence = 0;
        // Where the run must end: before the second smallest next id, and not after the mark.
        long boundMillis = mark.millis();
        long boundSequence = mark.sequence();
        for (TopicCursor cursor : cursors) {
            int count = cursor.settle();
            if (count == cursor.index) {
                continue; // also where the segment is evicted by now: nothing in it is missed
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
        EndPlace end = end();
        if (removed != null && (end == null || removed.compareTo(end.upTo()) < 0)) {
            end = EndPlace.at(removed);
        }
        if (end != null) {
            boolean isFixed = end.isFixed();
            last = upTo(end, segment, firstMemory, first.index, firstCount);
            if (last == first.index) {
                return isFixed ? Batch.ENDED : Batch.CAUGHT_UP;
            }
        }
        int to = segment.firstAfter(firstMemory, first.index, last, boundMillis, boundSequence);
        if (like != null && like.startsAt(segment, first.index) && like.to <= to) {
            first.index = like.to;
            return took(like);
        }
        return took(first.take(firstMemory, segment.runEnd(firstMemory, first.index, to, maxBytes)));
    }

    @Override
    public boolean isNext(Batch like) {
        boolean starts = false;
        for (TopicCursor cursor : cursors) {
            if (cursor.isNext(like)) {
                starts = true;
            } else {
                EventId other = cursor.nextId();
                if (other != null
                        && Segment.isAfter(like.lastMillis, like.lastSequence, other.millis(), other.sequence())) {
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
    public List<TopicLog> logs() {
        return logs;
    }

    @Override
    boolean hasRead(EndPlace place) {
        for (TopicCursor cursor : cursors) {
            if (!cursor.hasRead(place)) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean hasNext() {
        return Arrays.stream(cursors).anyMatch(TopicCursor::hasNext);
    }

    /** Where the first of the topics was removed, or null: behind that it would miss what another log of it has. */
    private @Nullable EventId removed() {
        EventId first = null;
        for (TopicLog log : logs) {
            EventId place = log.life().removed();
            first = place == null || first != null && first.compareTo(place) <= 0 ? first : place;
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

    /** Stands at the smallest of the places: whoever resumes there is told again, but misses nothing. */
    @Override
    void moveTo(EventId position) {
        EventId smallest = null;
        for (TopicCursor cursor : cursors) {
            if (!cursor.isResumable()) {
                continue;
            }
            cursor.moveTo(position);
            EventId place = cursor.position();
            smallest = smallest == null || place.compareTo(smallest) < 0 ? place : smallest;
        }
        if (smallest != null) {
            lastMillis = smallest.millis();
            lastSequence = smallest.sequence();
            for (TopicCursor cursor : cursors) {
                if (!cursor.isResumable()) {
                    cursor.moveTo(smallest); // an older one would be told behind it
                }
            }
        }
    }
}
