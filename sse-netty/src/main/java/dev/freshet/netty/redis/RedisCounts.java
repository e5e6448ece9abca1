package dev.freshet.netty.redis;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a store counts since it was opened. Thread-safe. */
final class RedisCounts {
    private final AtomicLong reconnects = new AtomicLong();
    private final AtomicLong failedChecks = new AtomicLong();
    private volatile @Nullable String appendProblem;
    private volatile @Nullable String startProblem;

    /** A connection took the place of one that was lost. */
    void reconnected() {
        reconnects.incrementAndGet();
    }

    long reconnects() {
        return reconnects.get();
    }

    /** It was appended, or Redis would take an append now. */
    void appended() {
        appendProblem = null;
    }

    void appendFailed(@Nullable String why) {
        appendProblem = why;
    }

    /** Why the last that was sent is not appended, or null. */
    @Nullable
    String appendProblem() {
        return appendProblem;
    }

    /** A tail has begun to run. */
    void started() {
        startProblem = null;
    }

    /** A tail could not begin. */
    void startFailed(@Nullable String why) {
        startProblem = why;
    }

    /** Why the last tail that was to begin did not, or null. */
    @Nullable
    String startProblem() {
        return startProblem;
    }

    /** The stream was not the one that the store knows. */
    void checkFailed() {
        failedChecks.incrementAndGet();
    }

    long failedChecks() {
        return failedChecks.get();
    }
}
