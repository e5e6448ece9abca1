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

    /** Notes that a batch was appended. */
    void appended() {
        appendProblem.set(null);
    }

    /**
     * Notes that a batch failed.
     *
     * @param isOfAppends whether a successful check does not show that the problem is over
     */
    void appendFailed(@Nullable String why, boolean isOfAppends) {
        appendProblem.set(new AppendProblem(String.valueOf(why), isOfAppends));
    }

    /** Notes that Redis replies, and takes writes. */
    void checked() {
        appendProblem.updateAndGet(known -> known != null && known.isOfAppends ? known : null);
    }

    /** Notes that Redis replies, but takes no writes. */
    void readOnly(@Nullable String why) {
        appendProblem.updateAndGet(
                known -> known != null && known.isOfAppends ? known : new AppendProblem(String.valueOf(why), false));
    }

    /** Returns why the last batch was not appended, or why the next would not be; null if there is no problem. */
    @Nullable
    String appendProblem() {
        AppendProblem known = appendProblem.get();
        return known == null ? null : known.why;
    }

    /** Notes that a tail has begun. */
    void started() {
        startProblem = null;
    }

    /** Notes that a tail could not begin. */
    void startFailed(@Nullable String why) {
        startProblem = why;
    }

    /** Returns why the last tail could not begin, or null if it has begun. */
    @Nullable
    String startProblem() {
        return startProblem;
    }

    /** Counts a check that found another stream than the one that the store knows. */
    void checkFailed() {
        failedChecks.incrementAndGet();
    }

    long failedChecks() {
        return failedChecks.get();
    }
}
