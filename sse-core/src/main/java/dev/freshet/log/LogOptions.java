package dev.freshet.log;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The options of the logs of a hub. Immutable and thread-safe.
 *
 * @param retentions the retention of each topic
 * @param clock the time of day, for ids
 * @param ticker nanoseconds of a monotonic clock, for ages
 * @param floors the number of floors that forgotten topics share, above 0
 * @param endRetention how long the end of a topic is kept
 * @param linger how long readers may wait for more events before they read one, 0 not at all
 */
public record LogOptions(
        Retentions retentions,
        InstantSource clock,
        LongSupplier ticker,
        int floors,
        Duration endRetention,
        Duration linger) {
    /** Creates options of logs that are read at once. */
    LogOptions(Retentions retentions, InstantSource clock, LongSupplier ticker, int floors, Duration endRetention) {
        this(retentions, clock, ticker, floors, endRetention, Duration.ZERO);
    }

    /** The default number of floors that forgotten topics share. */
    public static final int FLOORS = 1 << 16;

    static final long NANOS = 1_000_000;

    /** How long the end of a topic is kept by default. */
    public static final Duration END_RETENTION = Duration.ofHours(1);

    /** Returns options with one retention for all topics, ages by the time of day, and the defaults. */
    static LogOptions of(Retention retention, InstantSource clock) {
        return new LogOptions(
                new Retentions(retention, Map.of()), clock, () -> clock.millis() * NANOS, FLOORS, END_RETENTION);
    }
}
