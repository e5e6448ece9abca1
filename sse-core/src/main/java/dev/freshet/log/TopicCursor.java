package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cursor in one log. */
final class TopicCursor extends Cursor {
    static final int LAGGED = -1;

    private final TopicLog log;
    Segment segment;
    int index;

    TopicCursor(HubLog owner, TopicLog log, EventId position, Segment segment, int index) {
        super(owner, position);
        this.log = log;
        this.segment = segment;
        this.index = index;
    }

    @Override
    public Batch next(int maxBytes, @Nullable Batch like) {
        int count = settle();
        if (count == LAGGED) {
            return Batch.LAGGED_OUT;
        }
        if (count == index) {
            // Closed is looked at before the count is looked at again: what was published before the close is read.
            Batch nothing = nothing();
            if (nothing == Batch.CAUGHT_UP || settle() == index) {
                return nothing;
            }
            return next(maxBytes, like);
        }
        if (like != null && like.startsAt(segment, index)) {
            index = like.to;
            return took(like);
        }
        ByteBuffer memory = segment.memory();
        if (memory == null) {
            return Batch.LAGGED_OUT;
        }
        return take(memory, segment.runEnd(memory, index, count, maxBytes));
    }

    Batch take(ByteBuffer memory, int to) {
        Batch batch = new Batch(segment, memory, index, to);
        index = to;
        return took(batch);
    }

    /**
     * Moves to the segment that holds the next event.
     *
     * @return the count of that segment (above the index: there is something to read; equal: caught up), or LAGGED
     */
    int settle() {
        while (true) {
            Segment s = segment;
            int count = s.count();
            if (index < count) {
                return s.isEvicted() ? LAGGED : count;
            }
            Segment next = s.next();
            if (next == null) {
                if (!s.isEvicted()) {
                    return count;
                }
                // Evicted after it was read to its end: nothing is missed where the log goes on right behind it.
                Segment head = log.head();
                if (index < s.count() || head.ordinal != s.ordinal + 1) {
                    return LAGGED;
                }
                next = head;
            } else if (index < s.count()) {
                continue; // appended between the first look at the count and the link
            }
            segment = next;
            index = 0;
        }
    }

    @Override
    public List<TopicLog> logs() {
        return List.of(log);
    }

    @Override
    public boolean isLaggedOut() {
        return settle() == LAGGED;
    }

    @Override
    void moveTo(EventId position) {
        EventId from = Resume.later(log.floor(), position);
        TopicCursor there = log.cursorAfter(from);
        segment = there.segment;
        index = there.index;
        lastMillis = from.millis();
        lastSequence = from.sequence();
    }
}
