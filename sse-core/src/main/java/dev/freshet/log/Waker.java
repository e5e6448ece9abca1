package dev.freshet.log;

/**
 * What a transport registers with a {@link TopicLog} to hear that there is something to read.
 *
 * <p>Called by the publishing thread after the event can be read, outside every lock; must return at once, must not
 * throw, and may be called more often than there are events. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface Waker {
    /** Something may have been appended, or the hub was closed. */
    void wake();
}
