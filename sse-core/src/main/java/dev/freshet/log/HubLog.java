package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The logs of one hub: one order over all its topics.
 *
 * <p>Every method may be called from any thread. Writing takes one lock for the time of a copy; no user code runs under
 * it. Thread-safe.
 */
public final class HubLog {
    /** How many floors forgotten topics share unless set. */
    public static final int FLOORS = 1 << 16;

    private static final int ID_BYTES = 64;

    private final Retention retention;
    private final MemoryBudget budget;
    private final InstantSource clock;
    private final IdSequence ids;
    private final NameHash nameHash = new NameHash();
    private final ReentrantLock lock = new ReentrantLock();

    /** The published mark: set after the event can be read. Written under the lock. */
    private volatile EventId latest;

    private volatile boolean closed;

    // Guarded by the lock.
    private final Topics topics;
    private final byte[] ending = new byte[ID_BYTES];
    private long published;

    private HubLog(Retention retention, InstantSource clock, IdSequence ids, int floors) {
        this.retention = retention;
        this.budget = new MemoryBudget(retention.hubBytes());
        this.clock = clock;
        this.ids = ids;
        this.latest = ids.base();
        this.topics = new Topics(this, new Floors(nameHash, floors, ids.base()), clock.millis());
    }

    /** Empty logs in memory, of the incarnation of the position before the first event. */
    HubLog(Retention retention, InstantSource clock, EventId base) {
        this(retention, clock, IdSequence.startingAt(base), FLOORS);
    }

    /**
     * Empty logs in memory, of a new incarnation.
     *
     * @param retention what to keep
     * @param clock the time at publish
     * @param floors how many floors forgotten topics share, above 0
     */
    public static HubLog inMemory(Retention retention, InstantSource clock, int floors) {
        return new HubLog(retention, clock, IdSequence.drawn(clock.millis()), floors);
    }

    /** Empty logs of events that a store orders; as {@link #inMemory} otherwise. */
    public static HubLog onStore(Retention retention, InstantSource clock, int floors) {
        return new HubLog(retention, clock, IdSequence.ofStore(), floors);
    }

    /**
     * Appends an event with the next id.
     *
     * @param encoded the encoded event: without the id and the closing blank line where {@code ownId} is null, else whole
     * @param ownId the id that the event brought along, or null
     * @throws IllegalArgumentException if the event is larger than the topic may retain
     * @throws IllegalStateException if closed
     */
    public EventId append(String topic, byte[] encoded, @Nullable String ownId) {
        return Objects.requireNonNull(append(topic, null, encoded, ownId));
    }

    /** Appends an event with an id that a store gave; null where the log has that id or a newer one already. */
    public @Nullable EventId appendAt(String topic, EventId id, byte[] encoded, @Nullable String ownId) {
        return append(topic, id, encoded, ownId);
    }

    private @Nullable EventId append(String topic, @Nullable EventId given, byte[] encoded, @Nullable String ownId) {
        requireFits(encoded);
        TopicLog appended = null;
        lock.lock();
        try {
            requireOpen();
            long now = clock.millis();
            if (given != null && given.compareTo(latest) <= 0) {
                return null;
            }
            EventId id = given != null ? given : ids.next(latest, now);
            TopicLog log = topics.log(topic);
            log.append(id, encoded, ending, ownId == null ? writeEnding(id) : 0, ownId);
            latest = id;
            published++;
            appended = log;
            log.trim(retention.oldestMillis(now));
            topics.sweep(now);
            return id;
        } finally {
            lock.unlock();
            if (appended != null) {
                appended.wake();
            }
        }
    }

    /**
     * Refuses what no append would take; for events that go to a store first.
     *
     * @throws IllegalArgumentException if the event is larger than a topic may retain
     */
    public void requireFits(byte[] encoded) {
        if (encoded.length + ID_BYTES > retention.maxBytes()) {
            throw new IllegalArgumentException("event: " + encoded.length + " bytes (expected: at most "
                    + (retention.maxBytes() - ID_BYTES) + ", from retention.maxBytes)");
        }
    }

    private int writeEnding(EventId id) {
        byte[] line = ("id: " + id + "\n\n").getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(line, 0, ending, 0, line.length);
        return line.length;
    }

    /**
     * Places a cursor.
     *
     * @param names the topics, at least one
     * @param request where to start
     * @throws IllegalStateException if closed
     */
    public Start open(Collection<String> names, StartRequest request) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("topics: none (expected: at least one)");
        }
        lock.lock();
        try {
            requireOpen();
            List<TopicLog> followed = new ArrayList<>(names.size());
            long now = clock.millis();
            long oldestMillis = retention.oldestMillis(now);
            for (String name : names.size() == 1 ? names : new LinkedHashSet<>(names)) {
                TopicLog log = topics.log(name);
                log.expire(oldestMillis);
                followed.add(log);
            }
            Start start = Resume.start(this, ids, followed, request);
            followed.forEach(TopicLog::follow); // last: an open that fails follows nothing
            topics.sweep(now);
            return start;
        } finally {
            lock.unlock();
        }
    }

    Reset skip(Cursor cursor, EventId last) {
        lock.lock();
        try {
            List<TopicLog> followed = cursor.logs();
            cursor.moveTo(last);
            return Resume.reset(Reset.Reason.LAGGED, last.toString(), followed, last, latest);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: each cursor once. */
    void unfollow(Cursor cursor) {
        cursor.logs().forEach(log -> {
            log.unfollow();
            topics.left(log);
        });
    }

    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** The position of the newest event, or where the hub began. */
    public EventId latest() {
        return latest;
    }

    /** Whether the id is of this incarnation; with a store any may be. */
    public boolean isOwn(EventId id) {
        return ids.isOwn(id);
    }

    /** What there is now. */
    public LogStats stats() {
        lock.lock();
        try {
            List<TopicLog> logs = topics.all();
            return new LogStats(
                    logs.size(),
                    published,
                    logs.stream().mapToLong(TopicLog::events).sum(),
                    logs.stream().mapToLong(TopicLog::bytes).sum());
        } finally {
            lock.unlock();
        }
    }

    /** A store has lost what came before: everything is dropped, and every cursor has lagged out. */
    public void trimmed(EventId floor) {
        List<TopicLog> all = new ArrayList<>();
        locked(() -> {
            topics.clear(floor);
            all.addAll(topics.all());
            latest = Resume.later(latest, floor);
        });
        all.forEach(TopicLog::wake);
    }

    /** Ends publishing; readers read to the end and then see {@link Batch#CLOSED}. Idempotent. */
    public void close() {
        List<TopicLog> all = new ArrayList<>();
        locked(() -> {
            closed = true;
            all.addAll(topics.all());
        });
        all.forEach(TopicLog::wake);
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return closed;
    }

    NameHash nameHash() {
        return nameHash;
    }

    MemoryBudget budget() {
        return budget;
    }

    Retention retention() {
        return retention;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("hub: closed");
        }
    }
}
