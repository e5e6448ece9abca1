package dev.freshet.netty.redis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a store counts since it was opened. Thread-safe. */
final class RedisCounts {
    private record AppendProblem(String why, boolean isOfAppends) {}

    private final AtomicLong reconnects = new AtomicLong();
    private final AtomicLong failedChecks = new AtomicLong();
    private final AtomicReference<@Nullable AppendProblem> appendProblem = new AtomicReference<>();
    private volatile @Nullable String startProblem;

    /** A connection took the place of one that was lost. */
    void reconnected() {
        reconnects.incrementAndGet();
    }

    long reconnects() {
        return reconnects.get();
    }

    /** It was appended. */
    void appended() {
        appendProblem.set(null);
    }

    /** @param isOfAppends whether a check does not tell that it is over */
    void appendFailed(@Nullable String why, boolean isOfAppends) {
        appendProblem.set(new AppendProblem(String.valueOf(why), isOfAppends));
    }

    /** Redis answers, and takes writes. */
    void checked() {
        appendProblem.updateAndGet(known -> known != null && known.isOfAppends ? known : null);
    }

    /** Redis answers, and takes no writes. */
    void readOnly(@Nullable String why) {
        appendProblem.updateAndGet(
                known -> known != null && known.isOfAppends ? known : new AppendProblem(String.valueOf(why), false));
    }

    /** Why the last that was sent is not appended, or would not be, or null. */
    @Nullable
    String appendProblem() {
        AppendProblem known = appendProblem.get();
        return known == null ? null : known.why;
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
