package dev.freshet.log;

import dev.freshet.event.EventId;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The logs of one hub: one order over all its topics. Every method may be called from any thread. Writing takes one lock for
 * the time of a copy; no user code runs under it. Thread-safe.
 */
public final class HubLog {
    /** Of the bytes of the hub the ends of topics may take one in so many, and the own ids of evicted events. */
    private static final int ENDS_SHARE = 16;
    /** And the floors of forgotten topics. */
    private static final int FLOORS_SHARE = 8;

    static final int ID_BYTES = 64;

    private final Retentions retentions;
    private final MemoryBudget budget;
    private final HubTime time;
    private final IdSequence ids;
    final ReentrantLock lock = new ReentrantLock();

    /** The published mark: set after the event can be read. Written under the lock. */
    private volatile EventId latest;

    private volatile boolean closed;
    /** What a store brings is of before the hub. */
    private volatile boolean loading;
    // Guarded by the lock.
    private final Topics topics;
    final EvictedIds evictedIds;
    private final LogWriter writer;
    private final Sweep sweep;
    private final Sweep shortSweep;
    private final Snapshots snapshots;
    private final Cursors cursors;
    final FollowerWatches watches = new FollowerWatches(this);

    private HubLog(LogOptions options, IdSequence ids) {
        this.retentions = options.retentions();
        this.budget = new MemoryBudget(retentions.hubBytes());
        this.time = new HubTime(options.clock(), options.ticker());
        this.ids = ids;
        this.latest = ids.base();
        this.loading = ids.isOfStore();
        NameHash hash = new NameHash();
        this.evictedIds = new EvictedIds(hash, budget, retentions.hubBytes() / ENDS_SHARE);
        this.topics = new Topics(
                this,
                new Floors(hash, options.floors(), retentions.hubBytes() / FLOORS_SHARE, ids.base(), budget),
                new Ends(options.endRetention().toMillis(), retentions.hubBytes() / ENDS_SHARE, budget),
                time.uptime());
        this.snapshots = new Snapshots(this, topics, retentions.hubBytes());
        this.writer = new LogWriter(this, ids, topics, snapshots);
        this.cursors = new Cursors(this, ids, topics, snapshots);
        this.sweep = new Sweep(this, topics.pass());
        this.shortSweep = new Sweep(this, new ShortLivedPass(this, topics, snapshots));
    }

    /** Empty logs in memory, of the incarnation of the position before the first event. */
    HubLog(Retention retention, InstantSource clock, EventId base) {
        this(LogOptions.of(retention, clock), IdSequence.startingAt(base));
    }

    /** Empty logs in memory, of a new incarnation. */
    public static HubLog inMemory(LogOptions options) {
        return new HubLog(options, IdSequence.drawn(options.clock().millis()));
    }

    /** Empty logs of events that a store orders. */
    public static HubLog onStore(LogOptions options) {
        return new HubLog(options, IdSequence.ofStore());
    }

    /** Appends an event with the next id; see {@link #write}. */
    public EventId append(String topic, byte[] encoded, @Nullable String ownId) {
        return write(new LogEntry(LogEntry.Kind.EVENT, topic, encoded, ownId));
    }

    /**
     * Writes an entry with the next id, in memory.
     *
     * @return its id
     * @throws IllegalArgumentException as {@link #requireFits}
     * @throws TooManyTopicsException if a topic is to start, and those that are open take all the memory that they may
     * @throws TopicEndedException if the topic has ended
     * @throws TopicStartedException if a topic is to start that is not unknown
     * @throws IllegalStateException if closed
     */
    public EventId write(LogEntry entry) {
        return writer.write(entry);
    }

    /**
     * Writes an entry of a store.
     *
     * @param given the id that the store gave it
     * @param time when that was, in milliseconds since the epoch
     * @return the id, or null where the entry has no place in the logs: they have a newer one already, or the topic has ended
     * @throws IllegalArgumentException if the event is too large
     * @throws IllegalStateException if closed
     */
    public @Nullable EventId write(LogEntry entry, EventId given, long time) {
        return writer.write(entry, given, time);
    }

    /**
     * Refuses what no append would take; for events that go to a store first.
     *
     * @throws IllegalArgumentException if the event is larger than a topic may retain, or a topic is to start that retains
     *     nothing to resume from
     */
    public void requireFits(LogEntry entry) {
        writer.requireFits(entry);
    }

    /** Under the lock: everything up to the id can be read. */
    void published(EventId id) {
        latest = id;
    }

    /**
     * Places a cursor.
     *
     * @param names the topics, at least one
     * @param request where to start
     * @throws TooManyTopicsException if a topic is new, and those that are followed take all the memory that they may
     * @throws IllegalStateException if closed
     */
    public Start open(Collection<String> names, StartRequest request) {
        return Objects.requireNonNull(cursors.open(names, Resume::start, request));
    }

    Cursors cursors() {
        return cursors;
    }

    /** Has the listener told of the first and the last follower of the topic; at once, where it is followed. */
    public FollowerListener.Registration onFollowers(String topic, FollowerListener listener) {
        return watches.register(topic, listener);
    }

    /** Has the action run once, when the topic that was started there has ended: see {@link EndWatch}. */
    public void onEnd(String topic, EventId start, Runnable action) {
        EndWatch.begin(this, topics, topic, start, action);
    }

    /** Those that streams of it share. */
    public Snapshots snapshots() {
        return snapshots;
    }

    /** Under the lock: something is held whose time will be over. */
    void sweepLater() {
        sweep.arm();
        shortSweep.arm();
    }

    /** Fixes the place at the newest event. */
    public void fix(EndPlace place) {
        locked(() -> place.fix(latest));
    }

    /** Lets readers go as far as the newest event, until the place is fixed. */
    public void hold(EndPlace place) {
        locked(() -> place.hold(latest));
    }

    void locked(Runnable action) {
        underLock(() -> {
            action.run();
            return null;
        });
    }

    <T extends @Nullable Object> T underLock(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** What is known of a topic. */
    public TopicStats topic(String name) {
        return underLock(() -> topics.find(name, endTime()));
    }

    /** Where the topic has ended, or null where it has not. */
    public @Nullable EventId endOf(String topic) {
        return underLock(() -> topics.endOf(topic, endTime()));
    }

    /** The position of the newest event, or where the hub began. */
    public EventId latest() {
        return latest;
    }

    /** Whether the id is of this incarnation; with a store any may be. */
    public boolean isOwn(EventId id) {
        return ids.isOwn(id);
    }

    /** Whether a store orders its events, so that another node may have seen more of them. */
    public boolean isOfStore() {
        return ids.isOfStore();
    }

    /** The newest position of this incarnation that is not after a position of any, or where it begins. */
    public EventId atOrBefore(EventId position) {
        return Resume.later(ids.base(), ids.atOrBefore(position));
    }

    /** What there is now. */
    public LogStats stats() {
        return underLock(() -> topics.stats(writer.events()));
    }

    /** An event that a store gave cannot be kept here: who follows its topic has lagged out, and nobody resumes before it. */
    public void lost(String topic, EventId id) {
        writer.lost(topic, id);
    }

    /** A store's history begins here, or what came before is lost: everything is dropped, and every cursor has lagged out. */
    public void begin(EventId floor) {
        lockedThenWakeAll(() -> {
            EventId place = ids.begin(floor, latest);
            topics.clear(place);
            latest = place;
        });
    }

    /** A store tells of a topic that ended before its history begins: where it was started, its last event, and when that was. */
    public void ended(String topic, @Nullable EventId start, EventId last, long time) {
        locked(() -> writer.endedBefore(topic, new Ends.End(start, last, time)));
    }

    /** A store tells of a topic that is open, and was started there: before its history, or it is known. */
    public void startedBefore(String topic, EventId start) {
        locked(() -> writer.startedBefore(topic, start));
    }

    /** Under the lock: by which ends are remembered. With a store the newest time of an entry: what all nodes have alike. */
    long endTime() {
        return ids.isOfStore() ? time.newestEntry() : time.uptime();
    }

    /** What a store had before has come: from now on an event is as old as the time since it came. */
    public void loaded() {
        loading = false;
    }

    boolean isLoading() {
        return loading;
    }

    HubTime time() {
        return time;
    }

    /** Ends publishing; readers read to the end and then see {@link Batch#CLOSED}. Idempotent. */
    public void close() {
        lockedThenWakeAll(() -> closed = true);
    }

    private void lockedThenWakeAll(Runnable action) {
        List<TopicLog> all = underLock(() -> {
            action.run();
            return List.copyOf(topics.all());
        });
        all.forEach(TopicLog::wake);
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return closed;
    }

    MemoryBudget budget() {
        return budget;
    }

    Retentions retentions() {
        return retentions;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("hub: closed");
        }
    }
}
