package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The append-only log of one topic: linked segments, the oldest first.
 *
 * <p>A {@link HubLog} writes it under its lock, which guards the fields without a note. Cursors read it without a lock:
 * {@link Segment} has the order of an append, and {@link TopicCursor} that of growth and eviction. Thread-safe.
 */
public final class TopicLog {
    private static final AtomicIntegerFieldUpdater<TopicLog> EVENTS =
            AtomicIntegerFieldUpdater.newUpdater(TopicLog.class, "events");
    private static final AtomicLongFieldUpdater<TopicLog> BYTES =
            AtomicLongFieldUpdater.newUpdater(TopicLog.class, "bytes");

    private final LogState state;
    private final String topic;
    private final Retention retention;

    /** The oldest segment. Moved to the next one before the oldest is evicted; see {@link TopicCursor}. */
    private volatile Segment head;

    private volatile Segment tail;
    private int floorIndex;
    /** What is retained. Any thread may read these and the tail; see {@link TopicCursor#lag}. */
    private volatile int events;

    private volatile long bytes;
    /** The newest id that was evicted: everything after it is retained. */
    private EventId floor;

    private @Nullable OwnIds ownIds;
    private final TopicLife life;
    private int followers;
    /** Whether it counts as history in the {@link MemoryBudget}; kept by {@link Topics}. */
    boolean inHistory;

    /** The index in the hub's list of all logs, or -1 once the topic is forgotten. */
    int index;

    /** The slot of {@link Floors} that keeps the floor of this log when the topic is forgotten. */
    final int floorSlot;

    private final Wakers wakers = new Wakers();
    final Linger linger;

    TopicLog(LogState state, String topic, int floorSlot, EventId floor) {
        this.state = state;
        this.topic = topic;
        this.life = new TopicLife(state.totals());
        this.retention = state.retentions().of(topic);
        this.linger = Linger.of(state.lingerNanos(), retention);
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

    /** Calls the wakers, whose readers may wait for some nanoseconds, or 0. Not called under the lock. */
    void wake(long lingerNanos) {
        wakers.wake(lingerNanos);
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

    /** Returns whether the log retains nothing and is not followed, and its topic is not started or has ended. */
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
            if (ownIds == null) {
                ownIds = new OwnIds(topic, state.evictedIds(), state.budget());
            }
            ownIds.add(ownId, id);
        }
        retain(1, size); // before a reader can read the event
        tail.append(id.millis(), id.sequence(), uptime, encoded, ending, endingLength);
        life.published();
    }

    private void retain(int moreEvents, long moreBytes) {
        EVENTS.lazySet(this, events + moreEvents);
        BYTES.lazySet(this, bytes + moreBytes);
        state.totals().retained(moreEvents, moreBytes);
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
        int step = full.capacity == 0 ? 0 : 1;
        Segment fresh = full.following(step, retention.segmentBytes(full.capacity, needed), uptime);
        full.link(fresh);
        tail = fresh;
        if (full.capacity == 0) {
            head = fresh;
        }
        state.segments().allocated(fresh);
        if (events == 0) {
            while (head != fresh) { // everything in the full segment is below the floor
                evictHead();
            }
        }
    }

    /** Evicts the oldest event: raises the floor above it. */
    private void dropOldest() {
        Segment segment = head;
        byte[] memory = segment.memory();
        if (memory == null) {
            throw new IllegalStateException("log of topic \"" + topic + "\": head segment has no memory");
        }
        retain(-1, segment.start(memory, floorIndex) - segment.end(memory, floorIndex));
        floor = segment.id(memory, floorIndex);
        floorIndex++;
        if (ownIds != null) {
            ownIds.evictUpTo(floor);
        }
        while (head != tail && floorIndex == head.count()) { // may be empty after an append that found no memory
            evictHead();
        }
    }

    /** Evicts the oldest segment: moves the head, then drops the memory. See {@link TopicCursor} for this order. */
    private void evictHead() {
        assert state.isLocked();
        Segment segment = head;
        Segment next = segment.next();
        if (next == null) {
            next = segment.following(1, 0, 0);
            tail = next;
        }
        floorIndex = 0;
        head = next;
        segment.evict();
        state.segments().freed(segment);
    }

    /** Evicts the events in the oldest segment, which holds memory, and the segment. */
    void evictOldestSegment() {
        Segment segment = head;
        while (events > 0 && head == segment) {
            dropOldest();
        }
        if (head == segment) {
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
        head = last.following(2, 0, 0);
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
