package dev.freshet.netty.redis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The counts and the problems of a store since it was opened. Thread-safe. */
final class RedisCounts {
    /**
     * The problem of appends.
     *
     * @param isOfAppends whether only an append that succeeds shows that the problem is over; else a check shows it, too
     */
    private record AppendProblem(String why, boolean isOfAppends) {}

    private final AtomicLong reconnects = new AtomicLong();
    private final AtomicLong failedChecks = new AtomicLong();
    private final AtomicReference<@Nullable AppendProblem> appendProblem = new AtomicReference<>();
    private volatile @Nullable String startProblem;

    /** Counts a connection that replaces a lost one. */
    void reconnected() {
        reconnects.incrementAndGet();
    }

    long reconnects() {
        return reconnects.get();
    }

    /** Records that a batch was appended. */
    void appended() {
        appendProblem.set(null);
    }

    /**
     * Records that a batch failed.
     *
     * @param isOfAppends whether a successful check does not show that the problem is over
     */
    void appendFailed(@Nullable String why, boolean isOfAppends) {
        appendProblem.set(new AppendProblem(String.valueOf(why), isOfAppends));
    }

    /** Records that Redis replies and accepts writes. */
    void checked() {
        appendProblem.updateAndGet(known -> known != null && known.isOfAppends ? known : null);
    }

    /** Records that Redis replies, but accepts no writes. */
    void readOnly(@Nullable String why) {
        appendProblem.updateAndGet(
                known -> known != null && known.isOfAppends ? known : new AppendProblem(String.valueOf(why), false));
    }

    /**
     * Returns the reason why the last batch was not appended, or the next would not be; null if there is no problem.
     */
    @Nullable
    String appendProblem() {
        AppendProblem known = appendProblem.get();
        return known == null ? null : known.why;
    }

    /** Records that a tail has begun. */
    void started() {
        startProblem = null;
    }

    /** Records that a tail could not begin. */
    void startFailed(@Nullable String why) {
        startProblem = why;
    }

    /** Returns the reason why the last tail could not begin; null if it has begun. */
    @Nullable
    String startProblem() {
        return startProblem;
    }

    /** Counts a check of a stream that does not have the recorded positions. */
    void checkFailed() {
        failedChecks.incrementAndGet();
    }

    long failedChecks() {
        return failedChecks.get();
    }
}
