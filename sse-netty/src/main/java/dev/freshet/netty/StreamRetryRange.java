package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The reconnection times (HTML 9.2.2) that clients may be told. Each draws its own, so that those who leave together do
 * not come back together. Immutable and thread-safe.
 *
 * @param minMillis the shortest
 * @param maxMillis the longest
 */
record StreamRetryRange(long minMillis, long maxMillis) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if they are not from 0 to 365 days, or the first is over the second
     */
    static StreamRetryRange of(Duration min, Duration max) {
        Checks.atLeast("retry.min", min, 0);
        Checks.atLeast("retry.max", max, 0);
        if (min.compareTo(max) > 0) {
            throw new IllegalArgumentException("retry.min: " + min + " (expected: <= retry.max, " + max + ")");
        }
        return new StreamRetryRange(min.toMillis(), max.toMillis());
    }

    /**
     * Spread up to a time.
     *
     * @throws IllegalArgumentException if it is not from 0 to 365 days
     */
    static StreamRetryRange upTo(String name, Duration time) {
        long most = Checks.atLeast(name, time, 0).toMillis();
        return new StreamRetryRange(Math.min(1000, most / 2), most);
    }

    /** Draws one, as the line that tells it: a client heeds it without a blank line (HTML 9.2.6). */
    byte[] line() {
        long millis = ThreadLocalRandom.current().nextLong(minMillis, maxMillis + 1);
        return EventEncoder.encodeBody(
                SseEvent.builder().retry(Duration.ofMillis(millis)).build());
    }
}
