package dev.freshet.log;

import dev.freshet.event.EventId;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
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

    private final LogState state;
    private final FollowerWatches watches;
    private final Topics topics;
    private final LogWriter writer;
    private final Sweep sweep;
    private final Sweep shortSweep;
    private final Snapshots snapshots;
    private final Cursors cursors;

    private HubLog(LogOptions options, IdSequence ids) {
        NameHash hash = new NameHash();
        this.state = new LogState(options, ids, hash);
        this.watches = new FollowerWatches(state);
        long bytes = options.retentions().hubBytes();
        MemoryBudget budget = state.budget();
        this.topics = new Topics(
                state,
                watches,
                new Floors(hash, options.floors(), bytes / FLOORS_SHARE, ids.base(), budget),
                new Ends(options.endRetention().toMillis(), bytes / ENDS_SHARE, budget),
                state.time().uptime());
        this.cursors = new Cursors(state, topics, watches, this::expire);
        this.snapshots = new Snapshots(state, topics, cursors, this::armSweeps);
        this.writer = new LogWriter(state, topics, watches, uptime -> {
            expire(uptime);
            armSweeps();
        });
        this.sweep = new Sweep(state, topics.pass());
        this.shortSweep = new Sweep(state, new ShortLivedPass(state, topics, snapshots));
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
    EventId append(String topic, byte[] encoded, @Nullable String ownId) {
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

    LogState state() {
        return state;
    }

    Cursors cursors() {
        return cursors;
    }

    /** Has the listener told of the first and the last follower of the topic; at once, where it is followed. */
    public FollowerListener.Registration onFollowers(String topic, FollowerListener listener) {
        return watches.register(topic, listener, () -> topic(topic).followers() > 0);
    }

    /** Has the action run once, when the topic that was started there has ended: see {@link EndWatch}. */
    public void onEnd(String topic, EventId start, Runnable action) {
        EndWatch.begin(state, topics, topic, start, action);
    }

    /** Those that streams of it share. */
    public Snapshots snapshots() {
        return snapshots;
    }

    /** Drops what is too old, under the lock. */
    private void expire(long uptime) {
        topics.sweep(uptime);
        snapshots.expire(uptime);
    }

    /** Arms the timers, under the lock, where something is held that expires. */
    private void armSweeps() {
        sweep.arm();
        shortSweep.arm();
    }

    /** Fixes the place at the newest event. */
    public void fix(EndPlace place) {
        state.locked(() -> place.fix(state.latest()));
    }

    /** Lets readers go as far as the newest event, until the place is fixed. */
    public void hold(EndPlace place) {
        state.locked(() -> place.hold(state.latest()));
    }

    /** What is known of a topic. */
    public TopicStats topic(String name) {
        return state.underLock(() -> topics.find(name, state.endTime()));
    }

    /** Where the topic has ended, or null where it has not. */
    public @Nullable EventId endOf(String topic) {
        return state.underLock(() -> topics.endOf(topic, state.endTime()));
    }

    /** The position of the newest event, or where the hub began. */
    public EventId latest() {
        return state.latest();
    }

    /** Whether the id is of this incarnation; with a store any may be. */
    public boolean isOwn(EventId id) {
        return state.ids().isOwn(id);
    }

    /** Whether a store orders its events, so that another node may have seen more of them. */
    public boolean isOfStore() {
        return state.ids().isOfStore();
    }

    /** The newest position of this incarnation that is not after a position of any, or where it begins. */
    public EventId atOrBefore(EventId position) {
        return IdSequence.later(state.ids().base(), state.ids().atOrBefore(position));
    }

    /** Returns figures of the logs at this moment. */
    public <T> T stats(Figures<T> figures) {
        return state.underLock(() -> figures.of(
                topics.all().size(),
                writer.events(),
                topics.all().stream().mapToLong(TopicLog::events).sum(),
                topics.all().stream().mapToLong(TopicLog::bytes).sum(),
                state.budget().held()));
    }

    /**
     * A factory of a value of figures.
     *
     * @param <T> the type of the value
     */
    @FunctionalInterface
    public interface Figures<T> {
        /**
         * Makes the value; called under the lock.
         *
         * @param topics topics that are followed or retain something
         * @param published events appended since the start
         * @param events events retained
         * @param bytes their encoded bytes
         * @param held the memory that the hub takes, as it is counted against {@link Retention#hubBytes}
         */
        T of(int topics, long published, long events, long bytes, long held);
    }

    /** An event that a store gave cannot be kept here: who follows its topic has lagged out, and nobody resumes before it. */
    public void lost(String topic, EventId id) {
        writer.lost(topic, id);
    }

    /** A store's history begins here, or what came before is lost: everything is dropped, and every cursor has lagged out. */
    public void begin(EventId floor) {
        lockedThenWakeAll(() -> {
            EventId place = state.ids().begin(floor, state.latest());
            topics.clear(place);
            state.published(place);
        });
    }

    /** A store tells of a topic that ended before its history begins: where it was started, its last event, and when that was. */
    public void ended(String topic, @Nullable EventId start, EventId last, long time) {
        state.locked(() -> writer.endedBefore(topic, new TopicEnd(start, last, time)));
    }

    /** A store tells of a topic that is open, and was started there: before its history, or it is known. */
    public void startedBefore(String topic, EventId start) {
        state.locked(() -> writer.startedBefore(topic, start));
    }

    /** What a store had before has come: from now on an event is as old as the time since it came. */
    public void loaded() {
        state.loaded();
    }

    /** Ends publishing; readers read to the end and then see {@link Batch#CLOSED}. Idempotent. */
    public void close() {
        lockedThenWakeAll(state::close);
    }

    private void lockedThenWakeAll(Runnable action) {
        List<TopicLog> all = state.underLock(() -> {
            action.run();
            return List.copyOf(topics.all());
        });
        all.forEach(TopicLog::wake);
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return state.isClosed();
    }
}
