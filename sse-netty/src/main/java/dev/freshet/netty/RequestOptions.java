package dev.freshet.netty;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The options of a handler, or of one endpoint.
 *
 * @param refusals the application's writer of refusals, or null
 * @param stream the options of streams
 */
record RequestOptions(
        RequestRoutes routes,
        RequestPolicy access,
        boolean strictAccept,
        @Nullable BiFunction<Integer, String, HttpAnswer> refusals,
        StreamOptions stream) {
    Limits limits() {
        return stream.limits();
    }

    /** Returns a copy whose streams last no longer than the lifetime, unless it is null. */
    RequestOptions endingAfter(@Nullable Duration lifetime) {
        return with(access, stream.endingAfter(lifetime));
    }

    /** Returns a copy with the options of one endpoint. */
    RequestOptions with(RequestPolicy its, StreamOptions streams) {
        return new RequestOptions(routes, its, strictAccept, refusals, streams);
    }

    /** Returns the shortest interval that a timer checks, over the streams of all endpoints, in nanoseconds. */
    long shortestNanos() {
        return Math.min(stream.shortestNanos(), routes.shortestBeatNanos());
    }
}
