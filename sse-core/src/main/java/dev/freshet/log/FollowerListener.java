package dev.freshet.log;

/**
 * A listener to the first and the last follower of a topic, so that the source of a topic needs to run only while the
 * topic is followed.
 *
 * <p>The calls alternate, beginning with {@link #first}, and each returns before the next is made. A follower that
 * comes and leaves while a call is under way may not be reported. The thread that opens or closes a stream makes the
 * call, outside every lock. It is often an event loop, so the call must return at once. An exception is logged and has
 * no other effect. Implementations must be thread-safe.
 */
public interface FollowerListener {
    /** Called when the topic has a first follower. */
    void first(String topic);

    /** Called when the topic has no follower any more. */
    void last(String topic);

    /** The registration of a listener. Thread-safe. */
    interface Registration extends AutoCloseable {
        /** Removes the listener. A call that is under way is not interrupted. Idempotent. */
        @Override
        void close();
    }
}
