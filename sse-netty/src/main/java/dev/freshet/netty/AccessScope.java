package dev.freshet.netty;

/** The requests that {@link SseHandler.Builder#hosts} and {@link SseHandler.Builder#origins} apply to. Thread-safe. */
public enum AccessScope {
    /** Requests of an endpoint. Others are passed on unchecked. */
    ENDPOINTS,
    /**
     * All requests: one for the handlers behind is refused, too, before they receive any of it. A request that names
     * two hosts, or that failed to decode, is refused as well, because what it lacks is unknown. In the pipeline of an
     * application, too, a request is then passed on only after those before it are answered.
     */
    ALL_REQUESTS
}
