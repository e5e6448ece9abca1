package dev.freshet.netty;

import java.time.Duration;
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
        Duration heartbeat,
        RetryRange retry,
        StreamOpening opening,
        LagPolicy lagPolicy,
        Duration writeTimeout,
        int sendLimit,
        int eventLoops) {
    /** The same, with streams that last no longer than this; null for no change. */
    Options endingAfter(@Nullable Duration lifetime) {
        if (lifetime == null || maxLifetime != null && maxLifetime.compareTo(lifetime) <= 0) {
            return this;
        }
        return new Options(
                routes,
                access,
                strictAccept,
                limits,
                lifetime,
                listener,
                heartbeat,
                retry,
                opening,
                lagPolicy,
                writeTimeout,
                sendLimit,
                eventLoops);
    }

    /** The shortest of the times that a stream's timer looks after. */
    long shortestNanos() {
        long writes = Math.min(heartbeat.toNanos(), writeTimeout.toNanos());
        long ends = Math.min(
                limits.closeProgressTimeout().toNanos(), limits.closeTimeout().toNanos());
        return Math.min(Math.min(writes, ends), limits.leastBytesTime().toNanos());
    }
}
