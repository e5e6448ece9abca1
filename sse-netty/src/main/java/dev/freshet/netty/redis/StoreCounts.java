package dev.freshet.netty.redis;

import java.util.concurrent.atomic.AtomicLong;

/** What a store counts since it was opened. Thread-safe. */
final class StoreCounts {
    private final AtomicLong reconnects = new AtomicLong();
    private final AtomicLong failedChecks = new AtomicLong();

    /** A connection took the place of one that was lost. */
    void reconnected() {
        reconnects.incrementAndGet();
    }

    long reconnects() {
        return reconnects.get();
    }

    /** The stream was not the one that the store knows. */
    void checkFailed() {
        failedChecks.incrementAndGet();
    }

    long failedChecks() {
        return failedChecks.get();
    }
}
