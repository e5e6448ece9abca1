package dev.freshet.netty;

/**
 * Whether an {@link SseServer} serves. It tells nothing of hubs: how the store of one does, and whether it was ever reached, its {@link
 * dev.freshet.hub.SseHub#storeStats} tell. Thread-safe.
 */
public enum SseHealth {
    /** It accepts connections and serves them. */
    SERVING,
    /** A shutdown has begun, or is done. */
    STOPPING,
    /**
     * An error has ended one of its event loops, or memory has run out on one: it accepts no more, and the process is best
     * replaced.
     */
    FAILED
}
