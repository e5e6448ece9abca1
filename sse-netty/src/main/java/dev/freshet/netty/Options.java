package dev.freshet.netty;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an {@link SseHandler} was built with. */
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
        int sendLimit) {
    /** The shortest of the times that a stream's timer looks after. */
    long shortestNanos() {
        long writes = Math.min(heartbeat.toNanos(), writeTimeout.toNanos());
        return Math.min(writes, limits.leastBytesTime().toNanos());
    }
}
