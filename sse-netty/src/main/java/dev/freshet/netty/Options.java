package dev.freshet.netty;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link SseHandler} was built with.
 *
 * @param eventLoops how many serve it at least
 */
record Options(
        Routes routes,
        Access access,
        boolean strictAccept,
        Limits limits,
        @Nullable Duration maxLifetime,
        SseListener listener,
        Heartbeat heartbeat,
        RetryRange retry,
        StreamOpening opening,
        LagPolicy lagPolicy,
        Duration writeTimeout,
        int sendLimit,
        @Nullable BiFunction<Integer, String, HttpAnswer> refusals,
        int eventLoops) {
    /** The same, with streams that last no longer than this; null for no change. */
    Options endingAfter(@Nullable Duration lifetime) {
        return lifetime == null || maxLifetime != null && maxLifetime.compareTo(lifetime) <= 0
                ? this
                : with(access, lifetime, heartbeat, retry, opening);
    }

    /** The same for one endpoint. */
    Options with(Access its, Heartbeat beats, RetryRange times, StreamOpening begins) {
        return with(its, maxLifetime, beats, times, begins);
    }

    private Options with(
            Access its, @Nullable Duration lifetime, Heartbeat beats, RetryRange times, StreamOpening begins) {
        return new Options(
                routes,
                its,
                strictAccept,
                limits,
                lifetime,
                listener,
                beats,
                times,
                begins,
                lagPolicy,
                writeTimeout,
                sendLimit,
                refusals,
                eventLoops);
    }

    /** The shortest of the times that a timer looks after, of the streams of any endpoint. */
    long shortestNanos() {
        long beats = Math.min(heartbeat.shortestNanos(), routes.shortestBeatNanos());
        long writes = Math.min(beats, writeTimeout.toNanos());
        long ends = Math.min(
                limits.closeProgressTimeout().toNanos(), limits.closeTimeout().toNanos());
        return Math.min(Math.min(writes, ends), limits.leastBytesTime().toNanos());
    }
}
