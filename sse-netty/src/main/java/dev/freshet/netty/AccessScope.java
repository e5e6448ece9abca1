package dev.freshet.netty;

/** The requests that {@link SseHandler.Builder#hosts} and {@link SseHandler.Builder#origins} apply to. Thread-safe. */
public enum AccessScope {
    /** Requests of an endpoint. Others are passed on without a check. */
    ENDPOINTS,
    /**
     * All requests: one for the handlers behind is also refused, before they receive any of it. A request that names
     * two hosts, or that failed to decode, is refused as well, because its host or origin is unknown. In the pipeline
     * of an application, too, a request is then passed on only after those before it are answered.
     */
    ALL_REQUESTS
}
