package dev.freshet.log;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The two clocks of a hub: the time of day, which ids tell and which may be set, and the uptime, in milliseconds since the
 * hub was made, which is not set and by which it tells ages. Guarded by the lock of {@link HubLog}.
 */
final class HubTime {
    /** What is longer is as good as for ever. */
    private static final Duration LONGEST = Duration.ofDays(365 * 100);

    private final InstantSource clock;
    private final LongSupplier ticker;
    private final long start;
    private long newestEvent = Long.MIN_VALUE;
    private long newestEntry;

    HubTime(InstantSource clock, LongSupplier ticker) {
        this.clock = clock;
        this.ticker = ticker;
        this.start = ticker.getAsLong();
    }

    /** The time of day, in milliseconds since the epoch. */
    long millis() {
        return clock.millis();
    }

    long uptime() {
        return inMillis(nanos());
    }

    /** A store's entry is of this time of day. */
    void entry(long millis) {
        newestEntry = Math.max(newestEntry, millis);
    }

    /** The time of day of the newest that a store gave, in milliseconds since the epoch. */
    long newestEntry() {
        return newestEntry;
    }

    /** Of the next event, never less than of the one before: now, or of one of before the hub, when that was. */
    long uptimeOfNext(long time, boolean isOfBefore) {
        long age = isOfBefore ? Math.max(0, clock.millis() - time) : 0;
        newestEvent = Math.max(newestEvent, uptime() - age);
        return newestEvent;
    }

    /** Of a time of day, by how long ago that is now. */
    long uptimeAt(Instant time) {
        Duration age = Duration.between(time, clock.instant());
        if (age.abs().compareTo(LONGEST) > 0) {
            return age.isNegative() ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return inMillis(nanos() - age.toNanos());
    }

    private long nanos() {
        return ticker.getAsLong() - start;
    }

    private static long inMillis(long nanos) {
        return Math.floorDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
    }
}
