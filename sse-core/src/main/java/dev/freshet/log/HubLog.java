package dev.freshet.log;

import dev.freshet.event.EventId;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The logs of one hub, with one order over all its topics. Any thread may call any method. A write takes one lock for
 * the time of a copy, under which no user code runs. Thread-safe.
 *
 * <p>The parts share a {@link LogState}: {@link LogWriter} appends to the logs of {@link Topics}, {@link Cursors} open
 * and close readers, {@link Snapshots} are read before the log, and {@link Sweep} drops what is too old while nothing
 * is written.
 */
public final class HubLog {
    /** The share of the hub's bytes that the ends of topics may take: one in this number. */
    private static final int ENDS_SHARE = 16;
    /** The share of the hub's bytes that the floors of forgotten topics may take: one in this number. */
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

    /** Creates empty logs in memory, of the incarnation of the position before the first event. */
    HubLog(Retention retention, InstantSource clock, EventId base) {
        this(LogOptions.of(retention, clock), IdSequence.startingAt(base));
    }

    /** Returns empty logs in memory, of a new incarnation. */
    public static HubLog inMemory(LogOptions options) {
        return new HubLog(options, IdSequence.drawn(options.clock().millis()));
    }

    /** Returns empty logs of events that a store orders. */
    public static HubLog onStore(LogOptions options) {
        return new HubLog(options, IdSequence.ofStore());
    }

    /** Writes an event as {@link #write(LogEntry)} does. */
    EventId append(String topic, byte[] encoded, @Nullable String ownId) {
        return write(new LogEntry(LogEntry.Kind.EVENT, topic, encoded, ownId));
    }

    /**
     * Writes an entry with the next id, in memory.
     *
     * @return the id of the entry
     * @throws IllegalArgumentException as {@link #requireFits}
     * @throws TooManyTopicsException if a topic is to start, and the open topics take all the memory that they may
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
     * @param time when the entry was appended, in milliseconds since the epoch
     * @return the id, or null if the logs do not take the entry: they have a newer entry already, or the topic has
     *     ended
     * @throws IllegalArgumentException if the event is too large
     * @throws IllegalStateException if closed
     */
    public @Nullable EventId write(LogEntry entry, EventId given, long time) {
        return writer.write(entry, given, time);
    }

    /**
     * Refuses an entry that no write would take. Called for an entry before it is appended to a store.
     *
     * @throws IllegalArgumentException if the event is larger than a topic may retain, or a topic is to start that
     *     retains nothing to resume from
     */
    public void requireFits(LogEntry entry) {
        writer.requireFits(entry);
    }

    /**
     * Opens a cursor. The caller closes it.
     *
     * @param names the topics, at least one
     * @param request the start to find
     * @throws TooManyTopicsException if a topic is new, and the topics that are followed take all the memory that they
     *     may
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

    /**
     * Registers a listener to the first and the last follower of a topic. It is called at once if the topic is
     * followed.
     */
    public FollowerListener.Registration onFollowers(String topic, FollowerListener listener) {
        return watches.register(topic, listener, () -> topic(topic).followers() > 0);
    }

    /** Runs an action once, when the topic that was started at a position has ended; see {@link EndWatch}. */
    public void onEnd(String topic, EventId start, Runnable action) {
        EndWatch.begin(state, topics, topic, start, action);
    }

    /** Returns the snapshots that streams share. */
    public Snapshots snapshots() {
        return snapshots;
    }

    /** Drops what is too old, under the lock. */
    private void expire(long uptime) {
        topics.sweep(uptime);
        snapshots.expire(uptime);
    }

    /** Arms the timers, under the lock, if something is held that expires. */
    private void armSweeps() {
        sweep.arm();
        shortSweep.arm();
    }

    /** Fixes an end at the newest event. */
    public void fix(EndPosition end) {
        state.locked(() -> end.fix(state.latest()));
    }

    /** Lets readers read up to the newest event until an end is fixed. */
    public void hold(EndPosition end) {
        state.locked(() -> end.hold(state.latest()));
    }

    /** Returns the state and figures of a topic. */
    public TopicStats topic(String name) {
        return state.underLock(() -> topics.find(name, state.endTime()));
    }

    /** Returns the position of a topic's last event, or null if it has not ended. */
    public @Nullable EventId endOf(String topic) {
        return state.underLock(() -> topics.endOf(topic, state.endTime()));
    }

    /** Returns the position of the newest event; before the first, the position at which the hub began. */
    public EventId latest() {
        return state.latest();
    }

    /** Returns whether an id carries this incarnation. */
    public boolean isOwn(EventId id) {
        return state.ids().isOwn(id);
    }

    /** Returns whether a store orders its events, so that another node may have seen more of them. */
    public boolean isOfStore() {
        return state.ids().isOfStore();
    }

    /**
     * Returns the newest position of this incarnation that is not after a position of any incarnation; at least the
     * position at which this incarnation begins.
     */
    public EventId atOrBefore(EventId position) {
        return IdSequence.later(state.ids().base(), state.ids().atOrBefore(position));
    }

    /** Returns figures of the logs at this moment. */
    public <T> T stats(LogFigures<T> figures) {
        long[] all = state.underLock(() -> new long[] {
            topics.all().size(),
            state.totals().running(),
            writer.events(),
            writer.bytes(),
            state.totals().events(),
            state.totals().bytes(),
            state.budget().held(),
            state.retentions().hubBytes(),
            state.budget().names(),
            state.budget().mostNames()
        });
        return figures.of((int) all[0], (int) all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8], all[9]);
    }

    /**
     * Notes that an event of a store cannot be kept here: its topic's followers have lagged out, and no client resumes
     * before it.
     */
    public void lost(String topic, EventId id) {
        writer.lost(topic, id);
    }

    /**
     * Begins the history of a store at a floor, or begins it anew because earlier entries are lost. Everything is
     * evicted, and every cursor has lagged out.
     */
    public void begin(EventId floor) {
        lockedThenWakeAll(() -> {
            EventId position = state.ids().begin(floor, state.latest());
            topics.clear(position);
            state.published(position);
        });
    }

    /**
     * Notes a topic that ended before the history of a store begins.
     *
     * @param start the position of its start, or null
     * @param last the position of its last event
     * @param time when that was appended, in milliseconds since the epoch
     */
    public void ended(String topic, @Nullable EventId start, EventId last, long time) {
        state.locked(() -> writer.endedBefore(topic, new TopicEnd(start, last, time)));
    }

    /** Notes an open topic of a store that was started before the history, unless the logs have a later entry of it. */
    public void startedBefore(String topic, EventId start) {
        state.locked(() -> writer.startedBefore(topic, start));
    }

    /**
     * Notes that the entries of a store from before the hub have been read. The age of a later event is the time since
     * it was read.
     */
    public void loaded() {
        state.loaded();
    }

    /** Ends publishing. Readers read to the end and then receive {@link Batch#CLOSED}. Idempotent. */
    public void close() {
        lockedThenWakeAll(state::close);
    }

    private void lockedThenWakeAll(Runnable action) {
        List<TopicLog> all = state.underLock(() -> {
            action.run();
            return List.copyOf(topics.all());
        });
        all.forEach(log -> log.wake(0));
    }

    /** Returns whether the hub was closed. */
    public boolean isClosed() {
        return state.isClosed();
    }
}
