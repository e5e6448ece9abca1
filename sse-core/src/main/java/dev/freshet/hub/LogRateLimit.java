package dev.freshet.hub;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A rate limit for log messages of one kind. Thread-safe. */
final class LogRateLimit {
    private final long every;
    private final LongSupplier ticker;
    private final AtomicLong next;

    LogRateLimit(Duration every) {
        this(every, System::nanoTime);
    }

    LogRateLimit(Duration every, LongSupplier ticker) {
        this.every = every.toNanos();
        this.ticker = ticker;
        this.next = new AtomicLong(ticker.getAsLong());
    }

    /** Returns whether a message may be logged now: true at most once in the interval. */
    boolean isDue() {
        long due = next.get();
        long now = ticker.getAsLong();
        return now - due >= 0 && next.compareAndSet(due, now + every);
    }
}
