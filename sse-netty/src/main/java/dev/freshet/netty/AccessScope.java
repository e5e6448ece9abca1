package dev.freshet.netty;

/** To which requests {@link SseHandler.Builder#hosts} and {@link SseHandler.Builder#origins} apply. Thread-safe. */
public enum AccessScope {
    /** To those for an endpoint. The others pass, whoever asks. */
    ENDPOINTS,
    /**
     * To all: also one for the handlers behind is refused before they get any of it, and so is one that names two hosts, or that
     * was not decoded, for nobody knows what is missing of it. In somebody
     * else's pipeline, too, a request then passes only once those before it are answered.
     */
    ALL_REQUESTS
}
