package dev.freshet.log;

/**
 * A callback that a transport registers with a {@link TopicLog} to be notified that there is something to read.
 *
 * <p>The publishing thread calls it after the event can be read, outside every lock. The call must return at once and
 * must not throw. It may come more often than there are events. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface Waker {
    /** Called when something may have been appended, or the hub was closed. */
    void wake();

    /**
     * Called instead of {@link #wake} when an event was appended that the hub does not deliver at once ({@link
     * LogOptions#linger}). By default it is the same.
     *
     * @param nanos the time for which the reader may wait for more events before it reads, above 0
     */
    default void wakeWithin(long nanos) {
        wake();
    }
}
