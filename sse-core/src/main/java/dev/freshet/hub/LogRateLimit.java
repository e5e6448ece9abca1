package dev.freshet.hub;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A rate limit for log messages of one kind. Thread-safe. */
final class LogRateLimit {
    private final long every;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    LogRateLimit(Duration every) {
        this.every = every.toNanos();
    }

    /** Returns whether a message may be logged now: true at most once in the interval. */
    boolean isDue() {
        long due = next.get();
        long now = System.nanoTime();
        return now - due >= 0 && next.compareAndSet(due, now + every);
    }
}
