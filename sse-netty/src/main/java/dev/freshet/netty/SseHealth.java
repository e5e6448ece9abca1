package dev.freshet.netty;

/**
 * The state of an {@link SseServer} or {@link SseHandler}. It does not include the state of hubs: that of a hub's store, and whether it was
 * ever reached, is in {@link dev.freshet.hub.SseHub#storeStats}. Thread-safe.
 */
public enum SseHealth {
    /** The server accepts connections and serves them. */
    SERVING,
    /** A shutdown has begun, or has completed. */
    STOPPING,
    /**
     * An error has ended one of the event loops, or memory has run out on one. The server accepts no further
     * connections; the process should be replaced.
     */
    FAILED
}
