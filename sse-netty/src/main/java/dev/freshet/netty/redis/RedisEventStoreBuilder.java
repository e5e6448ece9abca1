package dev.freshet.netty.redis;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/** Builds a {@link RedisEventStore}. Not thread-safe. */
public final class RedisEventStoreBuilder {
    private static final int DEFAULT_IN_FLIGHT_EVENTS = 65_536;
    private static final long DEFAULT_IN_FLIGHT_BYTES = 64L * 1024 * 1024;
    private static final long DEFAULT_EVENTS = 250_000;
    private static final long LEAST_EVENTS = 10_000;
    private static final Duration LEAST_AGE = Duration.ofMinutes(1);
    private static final Duration LEAST_PATIENCE = Duration.ofMillis(1);
    private static final Duration MOST_PATIENCE = Duration.ofDays(1);
    /** So that no sum of times is too large. */
    private static final Duration MOST = Duration.ofDays(36_500);

    private final RedisURI uri;
    private final String key;
    private long maxEvents = DEFAULT_EVENTS;
    private Duration maxAge = Duration.ofHours(1);
    private Duration patience = Duration.ofSeconds(10);
    private Duration appendPatience = Duration.ofSeconds(30);
    private int maxInFlightEvents = DEFAULT_IN_FLIGHT_EVENTS;
    private long maxInFlightBytes = DEFAULT_IN_FLIGHT_BYTES;
    private InFlightPolicy inFlightPolicy = InFlightPolicy.FAIL;

    RedisEventStoreBuilder(RedisURI uri, String key) {
        this.uri = uri;
        this.key = requireNonNull(key, "key");
        if (key.isEmpty() || key.matches(".*[{}].*") && !key.matches("[^{}]*\\{[^{}]+}[^{}]*")) {
            throw new IllegalArgumentException(
                    "key: \"" + key + "\" (expected: not empty; one tag in braces at most, such as {a}b)");
        }
    }

    /**
     * How many entries the stream keeps, about; at least 10,000, so that what is trimmed was read, and 250,000 unless set. All stores
     * of the stream set the same.
     */
    public RedisEventStoreBuilder maxEvents(long maxEvents) {
        if (maxEvents < LEAST_EVENTS) {
            throw new IllegalArgumentException("maxEvents: " + maxEvents + " (expected: >= " + LEAST_EVENTS + ")");
        }
        this.maxEvents = maxEvents;
        return this;
    }

    /** For how long the stream keeps entries, about; at least a minute, an hour unless set. All stores of the stream set the same. */
    public RedisEventStoreBuilder maxAge(Duration maxAge) {
        this.maxAge = atLeast(LEAST_AGE, "maxAge", maxAge);
        return this;
    }

    /** How long to wait for a connection and for each answer; at least a millisecond, a day at most, 10 seconds unless set. */
    public RedisEventStoreBuilder timeout(Duration timeout) {
        Duration least = atLeast(LEAST_PATIENCE, "timeout", timeout);
        if (least.compareTo(MOST_PATIENCE) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: <= " + MOST_PATIENCE + ")");
        }
        this.patience = least;
        return this;
    }

    /**
     * For how long an append is tried, while Redis cannot be reached, does not answer, or is not ready; at least a millisecond, 30
     * seconds unless set. An append that Redis does not answer fails after this time, or after the {@link #timeout} from this time on at
     * the latest.
     */
    public RedisEventStoreBuilder appendTimeout(Duration appendTimeout) {
        this.appendPatience = atLeast(LEAST_PATIENCE, "appendTimeout", appendTimeout);
        return this;
    }

    /** How many events may be in flight, before an append fails or waits; at least 1, 65,536 unless set. */
    public RedisEventStoreBuilder maxInFlightEvents(int maxInFlightEvents) {
        this.maxInFlightEvents = (int) positive("maxInFlightEvents", maxInFlightEvents);
        return this;
    }

    /**
     * How many bytes the events in flight may have in sum, before an append fails or waits. A single event that is larger is appended
     * while no other is in flight. At least 1, 64 MiB unless set.
     */
    public RedisEventStoreBuilder maxInFlightBytes(long maxInFlightBytes) {
        this.maxInFlightBytes = positive("maxInFlightBytes", maxInFlightBytes);
        return this;
    }

    /** What becomes of an append that is too much; {@link InFlightPolicy#FAIL} unless set. */
    public RedisEventStoreBuilder inFlightPolicy(InFlightPolicy inFlightPolicy) {
        this.inFlightPolicy = requireNonNull(inFlightPolicy, "inFlightPolicy");
        return this;
    }

    /** Builds the store, which connects with its first tail or append. */
    public RedisEventStore build() {
        RedisURI own = UriCopy.of(uri, patience); // of the handshake
        return new RedisEventStore(new StoreOptions(
                own,
                uri.toString(),
                key,
                maxEvents,
                maxAge,
                patience,
                appendPatience,
                maxInFlightEvents,
                maxInFlightBytes,
                inFlightPolicy));
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
        return value.compareTo(MOST) < 0 ? value : MOST;
    }
}
