package dev.freshet.hub;

import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.LogOptions;
import dev.freshet.log.Retention;
import dev.freshet.log.Retentions;
import dev.freshet.store.EventStore;
import dev.freshet.topic.TopicPatterns;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A builder of an {@link SseHub}. Not thread-safe. */
public final class SseHubBuilder {
    /**
     * The shortest lease. A third of it leaves a hub the time to reconnect to its store, to read and to write: it waits
     * up to 2 s before each.
     */
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(15);

    private static final Duration LONGEST_LEASE = Duration.ofHours(1);

    private static final Duration LONGEST_LINGER = Duration.ofSeconds(1);

    private record LeaseTerms(Duration time, SseEvent last) {}

    private Retention retention = Retention.defaults();
    private final Map<String, Retention> retentions = new HashMap<>();
    private @Nullable EventStore store;
    private StoreStart storeStart = StoreStart.FAIL;
    private Duration storeTimeout = Duration.ofMinutes(1);
    private int eventIdBytes = LastEventId.MAX_BYTES;
    private InstantSource clock = InstantSource.system();
    private LongSupplier ticker = System::nanoTime;
    private int forgottenFloors = LogOptions.FLOORS;
    private Duration endRetention = LogOptions.END_RETENTION;
    private Duration linger = Duration.ZERO;
    private Duration aheadPatience = Duration.ofSeconds(2);
    private final Map<String, LeaseTerms> leases = new HashMap<>();

    SseHubBuilder() {}

    /** Sets what is retained for clients that resume; default {@link Retention#defaults()}. */
    public SseHubBuilder retention(Retention value) {
        this.retention = Objects.requireNonNull(value, "retention");
        return this;
    }

    /**
     * Sets the retention of some topics, instead of that of the hub: {@link Retention#none()} for events that are of no
     * use later. Its {@code hubBytes} are ignored, and those of the hub bound it.
     *
     * @param topicPattern a topic, or a prefix of topics and {@code *}. Of several patterns that match, the topic
     *     itself counts first, and then the longest prefix. A pattern that is set again is replaced
     * @throws IllegalArgumentException if the pattern is empty, or has a {@code *} before its end
     */
    public SseHubBuilder retention(String topicPattern, Retention value) {
        TopicPatterns.check(Objects.requireNonNull(topicPattern, "topicPattern"));
        retentions.put(topicPattern, Objects.requireNonNull(value, "retention"));
        return this;
    }

    /**
     * Sets the store that orders and keeps the events; default none: a hub in memory. The hub does not close its store.
     */
    public SseHubBuilder store(EventStore value) {
        this.store = Objects.requireNonNull(value, "store");
        return this;
    }

    /**
     * Sets what {@link #build} does if the hub cannot load what the store keeps, or if the load takes longer than a
     * timeout. The default is {@link StoreStart#FAIL} and a timeout of one minute. If the load fails earlier, {@link
     * #build} does not wait for the timeout.
     *
     * @param start whether {@link #build} fails, or returns a hub that tries again
     * @param timeout 1 ms to 1 hour
     * @throws IllegalArgumentException if the timeout is out of its range
     */
    public SseHubBuilder storeStart(StoreStart start, Duration timeout) {
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("storeStart.timeout: " + timeout + " (expected: 1 ms to 1 hour)");
        }
        this.storeStart = start;
        this.storeTimeout = timeout;
        return this;
    }

    /**
     * Sets the longest own id of an event, in bytes of UTF-8; above 0, default {@value LastEventId#MAX_BYTES}. The id
     * comes back in a header, and must fit into the header size that a server allows.
     */
    public SseHubBuilder eventIdBytes(int bytes) {
        this.eventIdBytes = Entries.positive("eventIdBytes", bytes, Integer.MAX_VALUE);
        return this;
    }

    /**
     * Sets the number of floors that forgotten topics share; 1 to 16,777,216, default {@value LogOptions#FLOORS}. A
     * topic that is not followed and retains nothing is forgotten, except for the newest id that it evicted: clients
     * with an earlier position must be reset. Topics are distributed over the floors by a hash of their names with a
     * secret of the hub. Clients of a topic that never lost an event are reset, although they missed nothing, if a
     * forgotten topic shares its floor. By default this concerns 1.5 % of such topics once 1,000 were forgotten with a floor, and 78 % after
     * 100,000. Each floor takes 4 to 36 bytes, and all of them at most an eighth of {@link Retention#hubBytes}; if that
     * is too little, there are fewer floors.
     */
    public SseHubBuilder forgottenFloors(int count) {
        this.forgottenFloors = Entries.positive("forgottenFloors", count, 1 << 24);
        return this;
    }

    /** Sets the clock for the time of day in ids, for tests; default that of the system. Ages do not depend on it. */
    public SseHubBuilder clock(InstantSource value) {
        this.clock = Objects.requireNonNull(value, "clock");
        return this;
    }

    /**
     * Sets the monotonic clock for ages, leases, and the 30 s of a call of a snapshot's supplier, in nanoseconds from any
     * origin, for tests; default {@link System#nanoTime}.
     * A test that moves it finds events that became too old dropped when a stream of their topic opens, or the topic is
     * published to; the timers that drop them without either run by the time of the system.
     */
    public SseHubBuilder ticker(LongSupplier value) {
        this.ticker = Objects.requireNonNull(value, "ticker");
        return this;
    }

    /**
     * Sets how long the end of a topic is kept, whether or not its events are retained; 1 ms to 365 days, default 1
     * hour. Ends take at most a sixteenth of {@link Retention#hubBytes}. Over that the oldest are dropped first, and
     * their topics are unknown then.
     */
    public SseHubBuilder endRetention(Duration value) {
        Objects.requireNonNull(value, "endRetention");
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("endRetention: " + value + " (expected: 1 ms to 365 days)");
        }
        this.endRetention = value;
        return this;
    }

    /**
     * Sets for how long the streams of a server wait for more events of a topic before they send one that was
     * published; 0 to 1 second, default 0. A busy topic then costs a send for each stream and interval, instead of one
     * for each event, and an event arrives up to this time later. The tokens of an answer are events, too.
     *
     * <p>An {@linkplain SseEvent#urgent() urgent} event and the last one of a topic are sent at once, and what waits in
     * the topic with them. A resume, the end of a stream, a private event and {@link SseHub#latest} do not wait. No
     * event waits for more than a quarter of the age that its topic retains, and what waits is sent at once after each
     * 64 KiB, or each quarter of the events or bytes that the topic retains; so none waits in a topic that retains
     * fewer than eight. The memory for the whole hub must be more than what is published in this time.
     *
     * @throws IllegalArgumentException if the time is out of its range
     */
    public SseHubBuilder linger(Duration value) {
        Objects.requireNonNull(value, "linger");
        if (value.isNegative() || value.compareTo(LONGEST_LINGER) > 0) {
            throw new IllegalArgumentException("linger: " + value + " (expected: 0 to 1 second)");
        }
        this.linger = value;
        return this;
    }

    /**
     * Sets how long a client of a hub on a store waits if this process has not read the position that it resumes at; 0
     * to 1 minute, default 2 s. Such a client may come from another node. After that time it is reset.
     */
    public SseHubBuilder aheadPatience(Duration value) {
        Objects.requireNonNull(value, "aheadPatience");
        if (value.isNegative() || value.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("aheadPatience: " + value + " (expected: 0 to 1 minute)");
        }
        this.aheadPatience = value;
        return this;
    }

    /**
     * Sets a lease for started topics of hubs on a store, which ends the topics of a hub that does not run any more. A
     * hub renews the topics that it has {@linkplain SseHub#start started}, even if nothing is published to them, while
     * the topic and the hub are open. It renews them by entries that followers do not read: at most twelve in the time
     * of the lease, and one for some 500 topics, so that the store has room for events. A topic whose hub was closed,
     * or whose process has died, is ended once with a last event: by the other hubs, after a request to its node by
     * such an entry. On a store that is not {@linkplain EventStore#isShared shared} nothing is renewed, and the next
     * hub ends the topic at once. A hub that was disconnected for too long finds its topic ended like any other.
     *
     * <p>All hubs on the store must have the same leases. Topics without a lease stay open, and so do those of a hub in
     * memory.
     *
     * @param topicPattern a pattern as of {@link #retention(String, Retention)}
     * @param time 15 s to 1 hour. The end comes between 4/3 and 3/2 of this time after the last sign of the hub. A hub
     *     has a third of this time to reply to a request, and a second request is sent before the end. It has another
     *     third from then on if the connection to the store was lost meanwhile ({@link
     *     dev.freshet.store.StoreStats#reconnects}), or the store took longer than a sixth of this time to deliver the
     *     second request
     * @param last the event that is published then, without an id of its own
     * @throws IllegalArgumentException if the pattern or the time is not allowed, or the event has an id
     */
    public SseHubBuilder lease(String topicPattern, Duration time, SseEvent last) {
        TopicPatterns.check(Objects.requireNonNull(topicPattern, "topicPattern"));
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(last, "last");
        if (time.compareTo(SHORTEST_LEASE) < 0 || time.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("lease.time: " + time + " (expected: 15 s to 1 hour)");
        }
        if (last.id() != null) {
            throw new IllegalArgumentException("lease.last.id: \"" + last.id() + "\" (expected: none)");
        }
        leases.put(topicPattern, new LeaseTerms(time, last));
        return this;
    }

    /**
     * Builds the hub. With a store, the call blocks until the hub has loaded what the store keeps, the load has failed,
     * or the timeout of {@link #storeStart} is over. With {@link StoreStart#RETRY} the call returns a hub that is not
     * loaded in the last two cases.
     *
     * @throws IllegalArgumentException if the last event of a lease is larger than its topics may retain
     * @throws IllegalStateException if the hub has {@link StoreStart#FAIL}, and the store cannot be read, or the load
     *     takes longer than the timeout of {@link #storeStart}
     */
    public SseHub build() {
        return new SseHub(this);
    }

    /** Returns the options of a hub on a store, or null for a hub in memory. */
    @Nullable
    StoreOptions storeOptions() {
        return store == null
                ? null
                : new StoreOptions(store, storeStart, storeTimeout, aheadPatience, eventIdBytes, this::leases);
    }

    private TopicLeases leases(LeaseWriter.Appender appender, HubLog log) {
        Map<String, TopicLease> each = new HashMap<>();
        leases.forEach((pattern, terms) -> {
            requireFits(log, pattern, terms);
            each.put(pattern, new TopicLease(terms.time(), terms.last()));
        });
        return new TopicLeases(each, ticker, new LeaseWriter(appender), log, LeaseTimer::arm);
    }

    /** Checks the last event of a lease against the retentions that its topics may have; a pattern stands for its topics. */
    private void requireFits(HubLog log, String pattern, LeaseTerms terms) {
        TopicPatterns<LeaseTerms> byTopic = new TopicPatterns<>(leases);
        requireFits(log, pattern, pattern, terms.last());
        retentions.forEach((other, its) -> {
            if (its.maxEvents() > 0 && byTopic.of(other) == terms) {
                requireFits(log, pattern, other, terms.last());
            }
        });
    }

    private static void requireFits(HubLog log, String pattern, String topic, SseEvent last) {
        try {
            log.requireFits(Entries.of(LogEntry.Kind.LAST, topic, last, null));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("lease.last of \"" + pattern + "\": " + e.getMessage(), e);
        }
    }

    int eventIdBytes() {
        return eventIdBytes;
    }

    LogOptions options() {
        return new LogOptions(
                new Retentions(retention, retentions), clock, ticker, forgottenFloors, endRetention, linger);
    }
}
