package dev.freshet.netty;

import dev.freshet.netty.SseReply.RetryLater;
import java.time.Duration;

/** The replies that tell a client to come later, and why. */
final class ReplyLater {
    static final RetryLater STOPPING = new RetryLater(Duration.ofSeconds(1), "the server is shutting down");
    static final RetryLater TOO_LATE = new RetryLater(Duration.ofSeconds(5), "the endpoint takes too long");
    static final RetryLater TOO_MANY = new RetryLater(Duration.ofSeconds(5), "too many connections");

    static final RetryLater TOO_MANY_TOPICS = new RetryLater(Duration.ofSeconds(5), "too many topics");

    /** As where the application shuts down: its clients come back to another, or to the next. */
    static final RetryLater HUB_CLOSED = new RetryLater(Duration.ofSeconds(5), "the hub is closed");

    static final RetryLater NOT_LOADED = new RetryLater(Duration.ofSeconds(2), "the store is not there yet");

    /** More is published after each snapshot than the log keeps until it is placed. */
    static final RetryLater SNAPSHOT_EVICTED = new RetryLater(Duration.ofSeconds(5), "the snapshot is too old");

    /** What runs the application's code has no room. */
    static final RetryLater OVERLOADED = new RetryLater(Duration.ofSeconds(5), "overloaded");

    private ReplyLater() {}
}
