package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * The append-only log of one topic: linked segments, the oldest first.
 *
 * <p>Written by {@link HubLog} under its lock; fields without a note are guarded by it. Read by cursors without a lock.
 * Thread-safe.
 */
public final class TopicLog {
    private final LogState state;
    private final String topic;
    private final Retention retention;

    private volatile Segment head;
    private Segment tail;
    private int floorIndex;
    private int events;
    private long bytes;
    /** The newest id that was evicted: everything after it is here. */
    private EventId floor;

    private @Nullable OwnIds ownIds;

    private final TopicLife life = new TopicLife();

    private int followers;
    /** Whether its object counts as history; {@link Topics} sees to it. */
    boolean inHistory;

    /** Place in the hub's list of all logs. */
    int place;

    /** Place of the floor that is left of it when it is forgotten. */
    final int floorSlot;

    private final Wakers wakers = new Wakers();

    TopicLog(LogState state, String topic, int floorSlot, EventId floor) {
        this.state = state;
        this.topic = topic;
        this.retention = state.retentions().of(topic);
        this.floorSlot = floorSlot;
        this.floor = floor;
        this.head = new Segment(this, 0, 0, 0);
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
        state.locked(() -> wakers.add(waker));
    }

    /** Ends what {@link #addWaker} began; a call that is under way may still come. */
    public void removeWaker(Waker waker) {
        state.locked(() -> wakers.remove(waker));
    }

    /** Not under the lock. */
    void wake() {
        wakers.wake();
    }

    Segment head() {
        return head;
    }

    Segment tail() {
        return tail;
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

    /** Whether anything is kept for those who come back; immutable. */
    boolean isResumable() {
        return retention.isResumable();
    }

    void follow() {
        followers++;
    }

    int followers() {
        return followers;
    }

    void unfollow() {
        assert followers > 0;
        followers--;
    }

    /** One that was started waits for its end. */
    boolean isIdle() {
        return followers == 0 && events == 0 && (life.start() == null || life.end() != null);
    }

    boolean isEnded() {
        return life.end() != null;
    }

    TopicLife life() {
        return life;
    }

    /** Nothing from before belongs to what begins here. */
    void start(EventId place) {
        life.begin(place);
        floor = place;
    }

    /** It was started before what is known of it, which is all that can be resumed from. */
    void startedBefore(EventId place) {
        life.begin(place);
    }

    /** As it was before it was forgotten: everything is gone, and nothing was ever behind its end. */
    void restore(TopicEnd before) {
        life.restore(before);
        floor = before.last();
    }

    /** What can fail for want of memory comes first: either the event is appended, or an empty segment is all that is new. */
    void append(EventId id, long uptime, byte[] encoded, byte[] ending, int endingLength, @Nullable String ownId) {
        int size = encoded.length + endingLength;
        if (!tail.fits(size, uptime)) {
            grow(size + Segment.ENTRY_BYTES, uptime);
        }
        if (ownId != null && isResumable()) {
            OwnIds ids = ownIds;
            if (ids == null) {
                ids = new OwnIds(topic, state.evictedIds(), state.budget());
                ownIds = ids;
            }
            ids.add(ownId, id);
        }
        tail.append(id.millis(), id.sequence(), uptime, encoded, ending, endingLength);
        life.published();
        events++;
        bytes += size;
    }

    /** Drops what is over the retention. */
    void trim(long now) {
        while (retention.isOver(events, bytes)) {
            dropOldest();
        }
        expire(now);
    }

    void grow(int needed, long uptime) {
        Segment full = tail;
        Segment fresh = new Segment(
                this,
                full.capacity == 0 ? full.ordinal : full.ordinal + 1,
                retention.segmentBytes(full.capacity, needed),
                uptime);
        full.link(fresh);
        tail = fresh;
        if (full.capacity == 0) {
            head = fresh;
        }
        state.segments().allocated(fresh);
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
        byte[] memory = segment.memory();
        if (memory == null) {
            throw new IllegalStateException("log of topic \"" + topic + "\": head segment has no memory");
        }
        bytes -= segment.end(memory, floorIndex) - segment.start(memory, floorIndex);
        events--;
        floor = segment.id(memory, floorIndex);
        floorIndex++;
        if (ownIds != null) {
            ownIds.evictUpTo(floor);
        }
        while (head != tail && floorIndex == head.count()) { // one may be empty behind an event that found no memory
            evictHead();
        }
    }

    private void evictHead() {
        Segment segment = head;
        Segment next = segment.next();
        if (next == null) {
            next = new Segment(this, segment.ordinal + 1, 0, 0);
            tail = next;
        }
        floorIndex = 0;
        head = next;
        segment.evict();
        state.segments().freed(segment);
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

    /** Drops what is too old. */
    void expire(long now) {
        long oldestMillis = retention.oldestMillis(now);
        while (events > 0) {
            byte[] memory = head.memory();
            if (memory == null || head.uptime(memory, floorIndex) >= oldestMillis) {
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

    /** Drops everything; who has read it to the end has missed nothing. */
    void dropAll() {
        while (events > 0) {
            dropOldest();
        }
        release();
    }

    /** Drops everything and leaves a gap, so that every cursor has lagged out. */
    void clear(EventId newFloor) {
        dropAll();
        Segment last = head;
        head = new Segment(this, last.ordinal + 2, 0, 0);
        tail = head;
        floorIndex = 0;
        last.evict();
        floor = IdSequence.later(floor, newFloor);
    }

    /** The position that an id names which retained events brought along, or null. */
    @Nullable
    EventId findOwnId(String ownId) {
        return ownIds == null ? null : ownIds.find(ownId);
    }
}
