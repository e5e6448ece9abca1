package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The append-only log of one topic: linked segments, the oldest first.
 *
 * <p>Written by {@link HubLog} under its lock; fields without a note are guarded by it. Read by cursors without a lock.
 * Thread-safe.
 */
public final class TopicLog {
    private static final Waker[] NOBODY = {};

    private final HubLog owner;
    private final String topic;

    private volatile Segment head;
    private Segment tail;
    private int floorIndex;
    private int events;
    private long bytes;
    /** The newest id that was evicted: everything after it is here. */
    private EventId floor;
    /** The ids that events brought along, and the positions that they name; the oldest first. */
    private @Nullable Map<String, EventId> ownIds;

    private int followers;
    /** Place in the hub's list of all logs. */
    int place;

    private volatile Waker[] wakers = NOBODY;

    TopicLog(HubLog owner, String topic, EventId floor) {
        this.owner = owner;
        this.topic = topic;
        this.floor = floor;
        this.head = new Segment(this, 0, 0);
        this.tail = head;
    }

    /** The name of the topic. */
    public String topic() {
        return topic;
    }

    /**
     * Has the waker called after every publish to this topic. What was appended before this call is not announced:
     * register first, then read.
     */
    public void addWaker(Waker waker) {
        owner.locked(() -> {
            Waker[] grown = Arrays.copyOf(wakers, wakers.length + 1);
            grown[wakers.length] = waker;
            wakers = grown;
        });
    }

    /** Ends what {@link #addWaker} began; a call that is under way may still come. */
    public void removeWaker(Waker waker) {
        owner.locked(
                () -> wakers = Arrays.stream(wakers).filter(w -> w != waker).toArray(Waker[]::new));
    }

    /** Not under the lock. */
    void wake() {
        for (Waker waker : wakers) {
            waker.wake();
        }
    }

    Segment head() {
        return head;
    }

    int floorIndex() {
        return floorIndex;
    }

    EventId floor() {
        return floor;
    }

    int events() {
        return events;
    }

    long bytes() {
        return bytes;
    }

    void follow() {
        followers++;
    }

    void unfollow() {
        followers--;
    }

    boolean isIdle() {
        return followers == 0 && events == 0;
    }

    /** What can fail for want of memory comes first: either the event is appended, or nothing has changed. */
    void append(EventId id, byte[] encoded, byte[] ending, int endingLength, @Nullable String ownId) {
        int size = encoded.length + endingLength;
        if (!tail.fits(size)) {
            grow(size + Segment.ENTRY_BYTES);
        }
        if (ownId != null) {
            Map<String, EventId> ids = ownIds;
            if (ids == null) {
                ids = new LinkedHashMap<>();
                ownIds = ids;
            }
            // Of a repeated id the oldest position counts: a client that names it then gets too much, never too little.
            ids.putIfAbsent(ownId, id);
        }
        tail.append(id.millis(), id.sequence(), encoded, ending, endingLength);
        events++;
        bytes += size;
    }

    /** Drops what is over the retention. */
    void trim(long oldestMillis) {
        Retention retention = owner.retention();
        while (events > retention.maxEvents() || bytes > retention.maxBytes()) {
            dropOldest();
        }
        expire(oldestMillis);
    }

    private void grow(int needed) {
        Segment full = tail;
        Segment fresh = new Segment(
                this,
                full.capacity == 0 ? full.ordinal : full.ordinal + 1,
                owner.retention().segmentBytes(full.capacity, needed));
        full.link(fresh);
        tail = fresh;
        if (full.capacity == 0) {
            head = fresh;
        }
        owner.budget().allocated(fresh);
        if (events == 0) {
            // All that was in the full one is below the floor.
            while (head != fresh) {
                evictHead();
            }
        }
    }

    /** Raises the floor by one event. */
    private void dropOldest() {
        Segment segment = head;
        ByteBuffer memory = segment.memory();
        if (memory == null) {
            throw new IllegalStateException("log of topic \"" + topic + "\": head segment has no memory");
        }
        bytes -= segment.end(memory, floorIndex) - segment.start(memory, floorIndex);
        events--;
        floor = new EventId(segment.millis(memory, floorIndex), segment.sequence(memory, floorIndex));
        floorIndex++;
        forgetOwnIds();
        if (floorIndex == segment.count() && segment.next() != null) {
            evictHead();
        }
    }

    private void forgetOwnIds() {
        Map<String, EventId> ids = ownIds;
        if (ids == null) {
            return;
        }
        Iterator<EventId> oldest = ids.values().iterator();
        while (oldest.hasNext() && oldest.next().compareTo(floor) <= 0) {
            oldest.remove();
        }
    }

    private void evictHead() {
        Segment segment = head;
        Segment next = segment.next();
        if (next == null) {
            next = new Segment(this, segment.ordinal + 1, 0);
            tail = next;
        }
        floorIndex = 0;
        head = next;
        segment.evict();
        owner.budget().freed(segment);
    }

    /** Drops what is retained in the oldest segment, and the segment. */
    void evictOldestSegment() {
        Segment segment = head;
        while (events > 0 && head == segment && floorIndex < segment.count()) {
            dropOldest();
        }
        if (head == segment && segment.capacity > 0) {
            evictHead();
        }
    }

    void expire(long oldestMillis) {
        while (events > 0) {
            ByteBuffer memory = head.memory();
            if (memory == null || head.millis(memory, floorIndex) >= oldestMillis) {
                return;
            }
            dropOldest();
        }
    }

    /** Gives the memory back where nothing is retained. */
    void release() {
        if (events == 0 && head.capacity > 0) {
            evictHead();
        }
    }

    /** Drops everything and leaves a gap, so that every cursor has lagged out. */
    void clear(EventId newFloor) {
        while (events > 0) {
            dropOldest();
        }
        release();
        Segment last = head;
        head = new Segment(this, last.ordinal + 2, 0);
        tail = head;
        floorIndex = 0;
        last.evict();
        floor = Resume.later(floor, newFloor);
    }

    /** The id of the oldest retained event, or null where nothing is retained. */
    @Nullable
    EventId earliest() {
        ByteBuffer memory = head.memory();
        return events == 0 || memory == null
                ? null
                : new EventId(head.millis(memory, floorIndex), head.sequence(memory, floorIndex));
    }

    /** The position that an event's own id names while it is retained, or null. */
    @Nullable
    EventId positionOf(String ownId) {
        return ownIds == null ? null : ownIds.get(ownId);
    }

    /** A cursor that reads the events after the position; not below the floor. */
    TopicCursor cursorAfter(EventId position) {
        Segment segment = head;
        while (true) {
            ByteBuffer memory = segment.memory();
            int count = segment.count();
            if (memory != null && count > 0) {
                int index = segment.firstAfter(memory, 0, count, position.millis(), position.sequence());
                if (index < count) {
                    return new TopicCursor(owner, this, position, segment, index);
                }
            }
            Segment next = segment.next();
            if (next == null) {
                return new TopicCursor(owner, this, position, segment, count);
            }
            segment = next;
        }
    }

    /** A cursor that reads what will be appended from now on. */
    TopicCursor cursorAtEnd(EventId position) {
        return new TopicCursor(owner, this, position, tail, tail.count());
    }

    /** A cursor that reads everything retained. */
    TopicCursor cursorAtFloor(EventId position) {
        return new TopicCursor(owner, this, position, head, floorIndex);
    }
}
