package dev.freshet.netty;

/**
 * The action of an {@link SseServer} if an error ends one of its event loops, or memory runs out on one. Thread-safe.
 */
public enum FailurePolicy {
    /**
     * Closes the connections of that event loop and accepts no further ones, so that clients reconnect to another
     * server. The other event loops continue to serve theirs. {@link SseServer#health} reports the failure to a
     * supervisor.
     */
    STOP_ACCEPTING,
    /**
     * Halts the process at once, with exit status 3 as {@code -XX:+ExitOnOutOfMemoryError} does, and without shutdown
     * hooks. Suitable for a process that consists of this server alone and has a supervisor.
     */
    HALT
}
