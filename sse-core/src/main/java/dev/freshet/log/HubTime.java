package dev.freshet.log;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The two clocks of a hub. The time of day, which may be set, is for ids. The uptime, in milliseconds since the hub was
 * made, is monotonic and is for ages. Guarded by the lock of {@link HubLog}.
 */
final class HubTime {
    /** The longest age; a longer one counts as infinite. */
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

    /** Returns the time of day, in milliseconds since the epoch. */
    long millis() {
        return clock.millis();
    }

    long uptime() {
        return inMillis(nanos());
    }

    /** Notes the time of day of a store's entry, in milliseconds since the epoch. */
    void entry(long millis) {
        newestEntry = Math.max(newestEntry, millis);
    }

    /** Returns the newest time of day of a store's entry, in milliseconds since the epoch; 0 before the first. */
    long newestEntry() {
        return newestEntry;
    }

    /**
     * Returns the uptime of the next event, never less than that of the event before.
     *
     * @param time when the event was appended, in milliseconds since the epoch
     * @param isOfBefore whether the event is older than the hub; the uptime is then that of {@code time}, else it is
     *     now
     */
    long uptimeOfNext(long time, boolean isOfBefore) {
        long age = isOfBefore ? Math.max(0, clock.millis() - time) : 0;
        newestEvent = Math.max(newestEvent, uptime() - age);
        return newestEvent;
    }

    /** Returns the uptime of a time of day, by the age of that time. */
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
