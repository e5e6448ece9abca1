package dev.freshet.netty;

/**
 * What an {@link SseServer} does when an error ends one of its event loops, or memory runs out on one. Thread-safe.
 */
public enum FailurePolicy {
    /**
     * Closes what that event loop had and accepts nothing more, so that clients go where they are served; the other event
     * loops serve what they have. {@link SseServer#health} tells it to whoever supervises the process.
     */
    STOP_ACCEPTING,
    /**
     * Halts the process at once, with exit status 3 as {@code -XX:+ExitOnOutOfMemoryError} does, and without shutdown
     * hooks: for processes that are nothing but this server, and have a supervisor.
     */
    HALT
}
