package dev.freshet.hub;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Has one of many like complaints told in a while. Thread-safe. */
final class Complaints {
    private final long every;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    Complaints(Duration every) {
        this.every = every.toNanos();
    }

    boolean isDue() {
        long due = next.get();
        long now = System.nanoTime();
        return now - due >= 0 && next.compareAndSet(due, now + every);
    }
}
