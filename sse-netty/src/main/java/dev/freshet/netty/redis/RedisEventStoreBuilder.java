package dev.freshet.netty.redis;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/**
 * A builder of a {@link RedisEventStore}. The URI may name a node of a Redis Cluster: all keys of a store are in the
 * slot of its stream, and a store that is redirected ({@code MOVED}) connects to the node that has the slot. Not
 * thread-safe.
 */
public final class RedisEventStoreBuilder {
    private static final int DEFAULT_IN_FLIGHT_EVENTS = 65_536;
    private static final long DEFAULT_IN_FLIGHT_BYTES = 64L * 1024 * 1024;
    private static final long DEFAULT_EVENTS = 250_000;
    private static final long LEAST_EVENTS = 10_000;
    private static final Duration LEAST_AGE = Duration.ofMinutes(1);
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration MOST_TIMEOUT = Duration.ofDays(1);
    /** The bound of every duration, so that no sum of them overflows. */
    private static final Duration MOST_DURATION = Duration.ofDays(36_500);

    private final RedisURI uri;
    private final String key;
    private long maxEvents = DEFAULT_EVENTS;
    private Duration maxAge = Duration.ofHours(1);
    private Duration timeout = Duration.ofSeconds(10);
    private Duration appendTimeout = Duration.ofSeconds(30);
    private int maxInFlightEvents = DEFAULT_IN_FLIGHT_EVENTS;
    private long maxInFlightBytes = DEFAULT_IN_FLIGHT_BYTES;
    private InFlightPolicy inFlightPolicy = InFlightPolicy.FAIL;
    private Idempotence idempotence = Idempotence.BY_KEY;

    RedisEventStoreBuilder(RedisURI uri, String key) {
        this.uri = uri;
        this.key = requireNonNull(key, "key");
        if (key.isEmpty() || key.matches(".*[{}].*") && !key.matches("[^{}]*\\{[^{}]+}[^{}]*")) {
            throw new IllegalArgumentException(
                    "key: \"" + key + "\" (expected: not empty; one tag in braces at most, such as {a}b)");
        }
    }

    /**
     * Sets the approximate number of entries that the stream keeps: at least 10,000, so that entries are read before
     * they are trimmed; 250,000 unless set. All stores of a stream must have the same value, because each append trims.
     * It is not derived from a hub's retention: hubs with different retentions share the stream, which should keep at
     * least what any of them retains of all topics together. A hub that starts has no other history.
     */
    public RedisEventStoreBuilder maxEvents(long maxEvents) {
        if (maxEvents < LEAST_EVENTS) {
            throw new IllegalArgumentException("maxEvents: " + maxEvents + " (expected: >= " + LEAST_EVENTS + ")");
        }
        this.maxEvents = maxEvents;
        return this;
    }

    /**
     * Sets the approximate age up to which the stream keeps entries: at least a minute; an hour unless set. All stores
     * of a stream must have the same value. It should be at least that of the retention of each hub, as for {@link
     * #maxEvents}.
     */
    public RedisEventStoreBuilder maxAge(Duration maxAge) {
        this.maxAge = atLeast(LEAST_AGE, "maxAge", maxAge);
        return this;
    }

    /**
     * Sets the timeout of a connection attempt and of each reply: a millisecond to a day; 10 seconds unless set. For this
     * time a tail that starts is retried, too, while Redis loads its data, redirects, has too many connections, or
     * closes the connection without a reply; after its first reply it is retried unless Redis rejects a command. A first
     * connection that is refused fails the tail at once.
     */
    public RedisEventStoreBuilder timeout(Duration timeout) {
        Duration checked = atLeast(LEAST_TIMEOUT, "timeout", timeout);
        if (checked.compareTo(MOST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: <= " + MOST_TIMEOUT + ")");
        }
        this.timeout = checked;
        return this;
    }

    /**
     * Sets the time for which an append is retried while Redis cannot be reached, does not reply, or is not ready: at
     * least a millisecond; 30 seconds unless set. An append to which Redis does not reply fails after this time, and at
     * the latest after this time and the {@link #timeout} together. With {@link Idempotence#NONE} it fails when its
     * connection is lost, or after the {@code timeout}.
     */
    public RedisEventStoreBuilder appendTimeout(Duration appendTimeout) {
        this.appendTimeout = atLeast(LEAST_TIMEOUT, "appendTimeout", appendTimeout);
        return this;
    }

    /**
     * Sets the number of events that may be in flight before an append fails or waits: at least 1; 65,536 unless set.
     */
    public RedisEventStoreBuilder maxInFlightEvents(int maxInFlightEvents) {
        this.maxInFlightEvents = (int) positive("maxInFlightEvents", maxInFlightEvents);
        return this;
    }

    /**
     * Sets the total size in bytes that the events in flight may have before an append fails or waits: at least 1; 64
     * MiB unless set. A single larger event is appended while no other is in flight.
     */
    public RedisEventStoreBuilder maxInFlightBytes(long maxInFlightBytes) {
        this.maxInFlightBytes = positive("maxInFlightBytes", maxInFlightBytes);
        return this;
    }

    /** Sets the policy for an append over these bounds; {@link InFlightPolicy#FAIL} unless set. */
    public RedisEventStoreBuilder inFlightPolicy(InFlightPolicy inFlightPolicy) {
        this.inFlightPolicy = requireNonNull(inFlightPolicy, "inFlightPolicy");
        return this;
    }

    /**
     * Sets what becomes of an append whose outcome is not known; {@link Idempotence#BY_KEY} unless set. Stores of one
     * stream may have different values.
     */
    public RedisEventStoreBuilder idempotence(Idempotence idempotence) {
        this.idempotence = requireNonNull(idempotence, "idempotence");
        return this;
    }

    /** Builds the store, which connects with its first tail or append. */
    public RedisEventStore build() {
        RedisURI own = UriCopy.of(uri, timeout); // the timeout of the handshake, too
        return new RedisEventStore(new StoreOptions(
                own,
                uri.toString(),
                key,
                maxEvents,
                maxAge,
                timeout,
                appendTimeout,
                maxInFlightEvents,
                maxInFlightBytes,
                inFlightPolicy,
                idempotence));
    }

    private static long positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
        return value;
    }

    private static Duration atLeast(Duration least, String name, Duration value) {
        if (requireNonNull(value, name).compareTo(least) < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
        return value.compareTo(MOST_DURATION) < 0 ? value : MOST_DURATION;
    }
}
