package dev.freshet.log;

import dev.freshet.logging.FallbackLog;
import dev.freshet.logging.LogText;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One registered listener to the followers of one topic. {@link #followed} is called under the lock of {@link HubLog}.
 * {@link #tell} is called outside it, by any thread, after each change. The thread whose call is the first one calls
 * the listener, also for the changes that come meanwhile. Thread-safe.
 */
final class FollowerWatch {
    private static final Logger logger = LoggerFactory.getLogger(LogState.LOGGER);

    private final String topic;
    private final FollowerListener listener;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile boolean followed;
    private volatile boolean closed;
    /**
     * The state of the last call of the listener. Confined to the thread that calls it; {@link #changes} makes it
     * visible to the next such thread.
     */
    private boolean lastCall;

    FollowerWatch(String topic, FollowerListener listener) {
        this.topic = topic;
        this.listener = listener;
    }

    void followed(boolean isFollowed) {
        followed = isFollowed;
    }

    void close() {
        closed = true;
    }

    void tell() {
        if (changes.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            boolean isFollowed = followed;
            if (isFollowed != lastCall && !closed) {
                lastCall = isFollowed;
                call(isFollowed);
            }
            seen = changes.addAndGet(-seen);
        } while (seen > 0);
    }

    private void call(boolean isFollowed) {
        try {
            if (isFollowed) {
                listener.first(topic);
            } else {
                listener.last(topic);
            }
        } catch (Throwable e) {
            FallbackLog.warn(logger, "listener to the followers of a topic failed", LogText.escaped(e));
        }
    }
}
