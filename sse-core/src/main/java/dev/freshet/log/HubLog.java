package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    private static final int ID_BYTES = 64;
    private static final int SWEEP_STEP = 64;

    private final Retention retention;
    private final MemoryBudget budget;
    private final InstantSource clock;
    private final EventId base;
    private final ReentrantLock lock = new ReentrantLock();

    /** The published mark: set after the event can be read. Written under the lock. */
    private volatile EventId latest;

    private volatile boolean closed;

    // Guarded by the lock.
    private final Map<String, TopicLog> topics = new HashMap<>();
    private final List<TopicLog> logs = new ArrayList<>();
    private final byte[] ending = new byte[ID_BYTES];
    private EventId forgottenFloor;
    private long published;
    private int sweepPlace = -1;
    private long sweepMillis;

    /**
     * Empty logs.
     *
     * @param retention what to keep
     * @param clock the time at publish
     * @param base the position before the first event: older ones are of another incarnation
     */
    public HubLog(Retention retention, InstantSource clock, EventId base) {
        this.retention = retention;
        this.budget = new MemoryBudget(retention.hubBytes());
        this.clock = clock;
        this.base = base;
        this.latest = base;
        this.forgottenFloor = base;
        this.sweepMillis = clock.millis() + sweepPeriod();
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
        return append(topic, null, encoded, ownId);
    }

    /** Appends an event with an id that a store gave; null where the log has that id or a newer one already. */
    public @Nullable EventId appendAt(String topic, EventId id, byte[] encoded, @Nullable String ownId) {
        return id.compareTo(latest) <= 0 ? null : append(topic, id, encoded, ownId);
    }

    private EventId append(String topic, @Nullable EventId given, byte[] encoded, @Nullable String ownId) {
        requireFits(encoded);
        TopicLog appended = null;
        lock.lock();
        try {
            requireOpen();
            long now = clock.millis();
            EventId id = given != null ? given : nextId(now);
            TopicLog log = log(topic);
            log.append(id, encoded, ending, ownId == null ? writeEnding(id) : 0, ownId);
            latest = id;
            published++;
            appended = log;
            log.trim(retention.oldestMillis(now));
            if (now >= sweepMillis) {
                sweep(now);
            }
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

    private EventId nextId(long now) {
        EventId last = latest;
        return now > last.millis() ? new EventId(now, 0) : new EventId(last.millis(), last.sequence() + 1);
    }

    private int writeEnding(EventId id) {
        byte[] line = ("id: " + id + "\n\n").getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(line, 0, ending, 0, line.length);
        return line.length;
    }

    private TopicLog log(String topic) {
        TopicLog log = topics.get(topic);
        if (log == null) {
            log = new TopicLog(this, topic, forgottenFloor);
            log.place = logs.size();
            logs.add(log);
            topics.put(topic, log);
        }
        return log;
    }

    /**
     * Places a cursor.
     *
     * @param names the topics, at least one
     * @param requested the client's Last-Event-ID, {@code earliest}, or null or empty for none
     * @param from where to start if none was requested, or null
     * @throws IllegalStateException if closed
     */
    public Start open(Collection<String> names, @Nullable String requested, @Nullable EventId from) {
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
                TopicLog log = log(name);
                log.expire(oldestMillis);
                log.follow();
                followed.add(log);
            }
            if (now >= sweepMillis) {
                sweep(now);
            }
            String wanted = requested == null || requested.isEmpty() ? Objects.toString(from, "") : requested;
            return Resume.start(this, followed, wanted, base);
        } finally {
            lock.unlock();
        }
    }

    Cursor toLatest(Cursor cursor) {
        lock.lock();
        try {
            return Resume.cursor(this, cursor.logs(), latest, log -> log.cursorAtEnd(latest));
        } finally {
            lock.unlock();
        }
    }

    Reset skip(Cursor cursor, EventId last) {
        lock.lock();
        try {
            List<TopicLog> followed = cursor.logs();
            cursor.moveTo(last);
            return Resume.reset(Reset.Reason.LAGGED, last.toString(), followed, latest);
        } finally {
            lock.unlock();
        }
    }

    void unfollow(Cursor cursor) {
        locked(() -> cursor.logs().forEach(TopicLog::unfollow));
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

    /** What there is now. */
    public LogStats stats() {
        lock.lock();
        try {
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
            logs.forEach(log -> log.clear(floor));
            all.addAll(logs);
            forgottenFloor = Resume.later(forgottenFloor, floor);
            latest = Resume.later(latest, floor);
        });
        all.forEach(TopicLog::wake);
    }

    /** Ends publishing; readers read to the end and then see {@link Batch#CLOSED}. Idempotent. */
    public void close() {
        List<TopicLog> all = new ArrayList<>();
        locked(() -> {
            closed = true;
            all.addAll(logs);
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

    Retention retention() {
        return retention;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("hub: closed");
        }
    }

    private long sweepPeriod() {
        long eighth = retention.maxAge().dividedBy(8).toSeconds();
        return 1000 * Math.max(1, Math.min(60, eighth));
    }

    /** Looks at some of the logs: expires what is too old, gives memory back, forgets the idle. */
    private void sweep(long now) {
        long oldestMillis = retention.oldestMillis(now);
        if (sweepPlace < 0 || sweepPlace >= logs.size()) {
            sweepPlace = logs.size() - 1;
        }
        for (int i = 0; i < SWEEP_STEP && sweepPlace >= 0; i++, sweepPlace--) {
            TopicLog log = logs.get(sweepPlace);
            log.expire(oldestMillis);
            log.release();
            if (log.isIdle()) {
                forget(log);
            }
        }
        if (sweepPlace < 0) {
            sweepMillis = now + sweepPeriod();
        }
    }

    private void forget(TopicLog log) {
        forgottenFloor = Resume.later(forgottenFloor, log.floor());
        topics.remove(log.topic());
        TopicLog last = logs.remove(logs.size() - 1);
        if (last != log) {
            logs.set(log.place, last);
            last.place = log.place;
        }
    }
}
