package dev.freshet.hub;

import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.LogOptions;
import dev.freshet.log.Retention;
import dev.freshet.log.Retentions;
import dev.freshet.log.TopicPatterns;
import dev.freshet.store.EventStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Builds an {@link SseHub}. Not thread-safe. */
public final class SseHubBuilder {
    /** A third of it leaves a hub the time to connect again to its store, to read and to write: it waits up to 2 s before each. */
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(15);

    private static final Duration LONGEST_LEASE = Duration.ofHours(1);

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
    private Duration aheadPatience = Duration.ofSeconds(2);
    private final Map<String, LeaseTerms> leases = new HashMap<>();

    SseHubBuilder() {}

    /** What to keep for those who come back; default {@link Retention#defaults()}. */
    public SseHubBuilder retention(Retention value) {
        this.retention = Objects.requireNonNull(value, "retention");
        return this;
    }

    /**
     * What to keep of some topics, instead of the hub's own: {@link Retention#none()} for what is not worth coming back for.
     * Its {@code hubBytes} do not count, and the hub's bound it.
     *
     * @param topicPattern a topic, or the beginning of topics and {@code *}; of several that fit, the longest counts, and
     *     first of all the topic itself. One that is set again is replaced
     * @throws IllegalArgumentException if the pattern is empty, or has a {@code *} before its end
     */
    public SseHubBuilder retention(String topicPattern, Retention value) {
        TopicPatterns.check(Objects.requireNonNull(topicPattern, "topicPattern"));
        retentions.put(topicPattern, Objects.requireNonNull(value, "retention"));
        return this;
    }

    /** Where events are ordered and kept; default none: in memory. Closing the hub does not close it. */
    public SseHubBuilder store(EventStore value) {
        this.store = Objects.requireNonNull(value, "store");
        return this;
    }

    /**
     * Sets what {@link #build} does where the hub cannot load what the store keeps, or the load takes longer than a timeout. The
     * default is {@link StoreStart#FAIL} and a timeout of one minute. Where the load fails earlier, {@link #build} does not wait for
     * the timeout.
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
     * The longest id that an event may bring along, in bytes of UTF-8; above 0, default {@value LastEventId#MAX_BYTES}. It
     * comes back in a header, and must fit into what a server allows for all.
     */
    public SseHubBuilder eventIdBytes(int bytes) {
        this.eventIdBytes = Entries.positive("eventIdBytes", bytes, Integer.MAX_VALUE);
        return this;
    }

    /**
     * How many floors the topics share that the hub has forgotten; 1 to 16,777,216, default {@value LogOptions#FLOORS}. A topic
     * that nobody follows and that retains nothing is forgotten, but for the newest id that it evicted: its clients must be
     * told a reset. Topics are spread over the floors by a hash of their names with a secret of the hub.
     * A topic that never lost an event is told a reset falsely where a forgotten one shares its floor: by default 1.5 % of
     * such topics once 1,000 were forgotten with a floor, and 78 % after 100,000. Each floor takes 4 to 36 bytes,
     * all of them no more than an eighth of {@link Retention#hubBytes}: where that is too little, there are fewer.
     */
    public SseHubBuilder forgottenFloors(int count) {
        this.forgottenFloors = Entries.positive("forgottenFloors", count, 1 << 24);
        return this;
    }

    /** The time of day that ids tell, for tests; default that of the system. It may be set, and tells no ages. */
    public SseHubBuilder clock(InstantSource value) {
        this.clock = Objects.requireNonNull(value, "clock");
        return this;
    }

    /** Nanoseconds since any time, for tests; default {@link System#nanoTime}. Ages go by it, so it must not go back. */
    public SseHubBuilder ticker(LongSupplier value) {
        this.ticker = Objects.requireNonNull(value, "ticker");
        return this;
    }

    /**
     * How long the end of a topic is remembered, whatever has become of its events; 1 ms to 365 days, default 1 hour. Ends
     * take at most a sixteenth of {@link Retention#hubBytes}; the oldest go first, and their topics are unknown then.
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
     * How long a client waits, of a hub on a store, that names a position which this process has not seen yet, before that is
     * told to be no place; 0 to 1 minute, default 2 s. It may come from another node.
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
     * Has topics end whose hub is gone, of hubs on a store. A hub renews what it has {@linkplain SseHub#start started}, however
     * quiet that is, for as long as the topic is open and the hub is, by entries that nobody reads: at most twelve in the time of the
     * lease, and one for some 500 topics, so that the store has room for events. A topic whose hub was closed, or
     * whose process has died, is ended with a last event, once for all: by the other hubs, after they have asked for it by such an
     * entry. On a store that is not {@linkplain EventStore#isShared shared} nothing is renewed, and the next hub ends it at once. A hub
     * that was away for too long finds its topic ended as by any other.
     *
     * <p>All hubs on the store must have the same leases. Topics of no lease stay open, and those of a hub in memory.
     *
     * @param topicPattern as of {@link #retention(String, Retention)}
     * @param time 15 s to 1 hour; the end comes between 4/3 and 3/2 of it after the hub was last heard of. A hub that is asked has a
     *     third of it for its answer, and is asked once more before the end; it has another third from then on where the way to the store
     *     was broken meanwhile ({@link dev.freshet.store.StoreStats#reconnects})
     * @param last what is published then, without an id of its own
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
     * Builds the hub. With a store, the call blocks until the hub has loaded what the store keeps, the load has failed, or the timeout
     * of {@link #storeStart} is over. {@link StoreStart#RETRY} has the call return a hub that is not loaded in the last two cases.
     *
     * @throws IllegalArgumentException if the last event of a lease is larger than its topics may retain
     * @throws IllegalStateException if the hub has {@link StoreStart#FAIL}, and the store cannot be read, or the load takes longer
     *     than the timeout of {@link #storeStart}
     */
    public SseHub build() {
        return new SseHub(this);
    }

    /** The options of a hub on a store, or null for one in memory. */
    @Nullable
    StoreOptions storeOptions() {
        return store == null
                ? null
                : new StoreOptions(store, storeStart, storeTimeout, aheadPatience, eventIdBytes, this::leases);
    }

    private TopicLeases leases(LeaseWriter.Door door, HubLog log) {
        Map<String, TopicLease> each = new HashMap<>();
        leases.forEach((pattern, terms) -> {
            requireFits(log, pattern, terms.last());
            each.put(pattern, new TopicLease(terms.time(), terms.last()));
        });
        return new TopicLeases(each, ticker, new LeaseWriter(door), log);
    }

    private static void requireFits(HubLog log, String pattern, SseEvent last) {
        try {
            log.requireFits(Entries.of(LogEntry.Kind.LAST, pattern, last, null));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("lease.last of \"" + pattern + "\": " + e.getMessage(), e);
        }
    }

    int eventIdBytes() {
        return eventIdBytes;
    }

    LogOptions options() {
        return new LogOptions(new Retentions(retention, retentions), clock, ticker, forgottenFloors, endRetention);
    }
}
