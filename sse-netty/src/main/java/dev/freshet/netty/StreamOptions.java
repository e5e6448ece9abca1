package dev.freshet.netty;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The options of streams: those of a handler, or of one endpoint. Immutable and thread-safe.
 *
 * @param compress whether the streams of hubs are compressed for the clients that accept it
 * @param eventLoops the least number of event loops that the handler is used on
 * @param clock the time of day of streams: of their begin and last write, and that an expiry is compared with
 */
record StreamOptions(
        Limits limits,
        @Nullable Duration maxLifetime,
        SseListener listener,
        Heartbeat heartbeat,
        StreamRetryRange retry,
        StreamOpening opening,
        LagPolicy lagPolicy,
        Duration writeTimeout,
        int sendLimit,
        boolean compress,
        int eventLoops,
        InstantSource clock) {
    /** Returns these options with a lifetime of at most this one, unless it is null. */
    StreamOptions endingAfter(@Nullable Duration lifetime) {
        return lifetime == null || maxLifetime != null && maxLifetime.compareTo(lifetime) <= 0
                ? this
                : with(lifetime, heartbeat, retry, opening, compress);
    }

    /** Returns these options with the values of one endpoint. */
    StreamOptions with(Heartbeat beats, StreamRetryRange times, StreamOpening begins, boolean compresses) {
        return with(maxLifetime, beats, times, begins, compresses);
    }

    private StreamOptions with(
            @Nullable Duration lifetime,
            Heartbeat beats,
            StreamRetryRange times,
            StreamOpening begins,
            boolean compresses) {
        return new StreamOptions(
                limits,
                lifetime,
                listener,
                beats,
                times,
                begins,
                lagPolicy,
                writeTimeout,
                sendLimit,
                compresses,
                eventLoops,
                clock);
    }

    /** Returns the shortest of the times that the timer of the streams enforces. */
    long shortestNanos() {
        long writes = Math.min(heartbeat.shortestNanos(), writeTimeout.toNanos());
        long ends = Math.min(
                limits.closeProgressTimeout().toNanos(), limits.closeTimeout().toNanos());
        return Math.min(Math.min(writes, ends), limits.leastBytesTime().toNanos());
    }
}
