package dev.freshet.log;

/**
 * Is told when somebody begins to follow a topic and when nobody does any more, so that what is upstream of it need run only
 * while it is watched.
 *
 * <p>The calls alternate, {@link #first} begins, and one ends before the next. Who comes and goes while a call is under way may
 * go untold. Called by the thread that opens or closes a stream, outside every lock: often an event loop, so it must return at
 * once. What it throws is logged and changes nothing. Implementations must be thread-safe.
 */
public interface FollowerListener {
    /** The topic is followed now. */
    void first(String topic);

    /** Nobody follows the topic any more. */
    void last(String topic);

    /** What has a listener told; thread-safe. */
    interface Registration extends AutoCloseable {
        /** Nothing more is told, but a call that is under way may go on. Idempotent. */
        @Override
        void close();
    }
}
