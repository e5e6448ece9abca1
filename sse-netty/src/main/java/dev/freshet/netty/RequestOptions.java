package dev.freshet.netty;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The options of a handler, or of one endpoint.
 *
 * @param stream those of the streams that requests are answered with
 * @param refusals what the application writes refusals with, or null
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

    /** Returns these with streams that last no longer than this; null for no change. */
    RequestOptions endingAfter(@Nullable Duration lifetime) {
        return with(access, stream.endingAfter(lifetime));
    }

    /** Returns these with what one endpoint has otherwise. */
    RequestOptions with(RequestPolicy its, StreamOptions streams) {
        return new RequestOptions(routes, its, strictAccept, refusals, streams);
    }

    /** The shortest of the times that a timer looks after, of the streams of any endpoint. */
    long shortestNanos() {
        return Math.min(stream.shortestNanos(), routes.shortestBeatNanos());
    }
}
