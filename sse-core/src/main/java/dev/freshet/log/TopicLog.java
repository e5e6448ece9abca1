package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * The append-only log of one topic: linked segments, the oldest first.
 *
 * <p>A {@link HubLog} writes it under its lock, which guards the fields without a note. Cursors read it without a lock:
 * {@link Segment} has the order of an append, and {@link TopicCursor} that of growth and eviction. Thread-safe.
 */
public final class TopicLog {
    private final LogState state;
    private final String topic;
    private final Retention retention;

    /** The oldest segment. Moved to the next one before the oldest is evicted; see {@link TopicCursor}. */
    private volatile Segment head;

    private Segment tail;
    private int floorIndex;
    private int events;
    private long bytes;
    /** The newest id that was evicted: everything after it is retained. */
    private EventId floor;

    private @Nullable OwnIds ownIds;

    private final TopicLife life = new TopicLife();

    private int followers;
    /** Whether this object counts as history in the {@link MemoryBudget}; kept by {@link Topics}. */
    boolean inHistory;

    /** The index in the hub's list of all logs, or -1 once the topic is forgotten. */
    int index;

    /** The slot of {@link Floors} that keeps the floor of this log when the topic is forgotten. */
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

    /** Returns the name of the topic. */
    public String topic() {
        return topic;
    }

    /**
     * Registers a waker, which is called after every publish to this topic. Events that were appended before this call
     * are not announced: register first, then read.
     */
    public void addWaker(Waker waker) {
        state.locked(() -> wakers.add(waker));
    }

    /** Removes a waker. A call that is under way may still reach it. */
    public void removeWaker(Waker waker) {
        state.locked(() -> wakers.remove(waker));
    }

    /** The hub's uptime in milliseconds. Any thread may call. */
    long uptime() {
        return state.time().uptime();
    }

    /** Calls the wakers. Not called under the lock. */
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

    /** Returns whether events are retained for clients that resume. Constant. */
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

    /**
     * Returns whether the log retains nothing and is not followed; a topic that was started and has not ended is never
     * idle.
     */
    boolean isIdle() {
        return followers == 0 && events == 0 && !life.isRunning();
    }

    boolean isEnded() {
        return life.end() != null;
    }

    TopicLife life() {
        return life;
    }

    /** Starts the topic: no earlier position is in its log. */
    void start(EventId position) {
        life.begin(position);
        floor = position;
    }

    /** Notes that the topic was started before the history. The floor stays. */
    void startedBefore(EventId position) {
        life.begin(position);
    }

    /** Restores a topic that ended before it was forgotten: it retains nothing, and its floor is its last event. */
    void restore(TopicEnd before) {
        life.restore(before);
        floor = before.last();
    }

    /** Appends an event. Allocations that may fail come first: a failure leaves at most an empty segment. */
    void append(EventId id, long uptime, byte[] encoded, byte[] ending, int endingLength, @Nullable String ownId) {
        assert state.isLocked();
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

    /** Evicts what is over the retention. */
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
            // everything in the full segment is below the floor
            while (head != fresh) {
                evictHead();
            }
        }
    }

    /** Evicts the oldest event: raises the floor above it. */
    private void dropOldest() {
        assert state.isLocked();
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
        while (head != tail
                && floorIndex == head.count()) { // a segment may be empty, after an append that found no memory
            evictHead();
        }
    }

    /** Evicts the oldest segment: moves the head, then drops the memory. See {@link TopicCursor} for this order. */
    private void evictHead() {
        assert state.isLocked();
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

    /** Evicts the events in the oldest segment, and the segment. */
    void evictOldestSegment() {
        Segment segment = head;
        while (events > 0 && head == segment && floorIndex < segment.count()) {
            dropOldest();
        }
        if (head == segment && segment.capacity > 0) {
            evictHead();
        }
    }

    /** Evicts the events that are too old. */
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

    /** Releases the memory if nothing is retained. */
    void release() {
        if (events == 0 && head.capacity > 0) {
            evictHead();
        }
    }

    /** Evicts everything. A cursor that has read the log to its end does not lag out. */
    void dropAll() {
        while (events > 0) {
            dropOldest();
        }
        release();
    }

    /** Evicts everything and leaves a gap in the ordinals, so that every cursor lags out. */
    void clear(EventId newFloor) {
        assert state.isLocked();
        dropAll();
        Segment last = head;
        head = new Segment(this, last.ordinal + 2, 0, 0);
        tail = head;
        floorIndex = 0;
        last.evict();
        floor = IdSequence.later(floor, newFloor);
    }

    /** Returns the position of the oldest retained event with this own id, or null. */
    @Nullable
    EventId findOwnId(String ownId) {
        return ownIds == null ? null : ownIds.find(ownId);
    }
}
