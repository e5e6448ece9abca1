package dev.freshet.log;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands where a test puts it. Thread-safe. */
final class TestClock implements InstantSource {
    static final long START = 1_000_000;

    private volatile long millis = START;

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public long millis() {
        return millis;
    }

    /** As a ticker that is set with it. */
    long nanos() {
        return millis * 1_000_000;
    }

    void set(long value) {
        millis = value;
    }

    void advance(Duration by) {
        millis += by.toMillis();
    }
}
