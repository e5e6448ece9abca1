package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The range of the reconnection times (HTML 9.2.2) that clients are sent. Each is drawn at random, so that clients that
 * leave together do not reconnect together. Immutable and thread-safe.
 *
 * @param minMillis the shortest, in milliseconds
 * @param maxMillis the longest, in milliseconds
 */
record StreamRetryRange(long minMillis, long maxMillis) {
    /**
     * Returns the range between two times.
     *
     * @throws IllegalArgumentException if one is not from 0 to 365 days, or the first is over the second
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
     * Returns the range up to a time, from the half of it or one second, whichever is shorter.
     *
     * @throws IllegalArgumentException if it is not from 0 to 365 days
     */
    static StreamRetryRange upTo(String name, Duration time) {
        long most = Checks.atLeast(name, time, 0).toMillis();
        return new StreamRetryRange(Math.min(1000, most / 2), most);
    }

    /**
     * Draws a time, and returns its {@code retry} line, which a client processes without a blank line (HTML 9.2.6).
     */
    byte[] line() {
        long millis = ThreadLocalRandom.current().nextLong(minMillis, maxMillis + 1);
        return EventEncoder.encodeBody(
                SseEvent.builder().retry(Duration.ofMillis(millis)).build());
    }
}
