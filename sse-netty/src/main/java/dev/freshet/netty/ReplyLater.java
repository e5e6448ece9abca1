package dev.freshet.netty;

import dev.freshet.netty.SseReply.RetryLater;
import java.time.Duration;
import java.util.Map;

/** The replies that tell a client to retry later, with their reasons. */
final class ReplyLater {
    static final RetryLater STOPPING = new RetryLater(Duration.ofSeconds(1), "the server is shutting down");
    static final RetryLater TOO_LATE = new RetryLater(Duration.ofSeconds(5), "the endpoint takes too long");
    static final RetryLater TOO_MANY = new RetryLater(Duration.ofSeconds(5), "too many connections");

    static final RetryLater TOO_MANY_TOPICS = new RetryLater(Duration.ofSeconds(5), "too many topics");

    /** For an application that shuts down: its clients reconnect to another node, or to its next start. */
    static final RetryLater HUB_CLOSED = new RetryLater(Duration.ofSeconds(5), "the hub is closed");

    static final RetryLater NOT_LOADED = new RetryLater(Duration.ofSeconds(2), "the store is not there yet");

    /** For a hub that publishes more after each snapshot than its log retains until the snapshot is placed. */
    static final RetryLater SNAPSHOT_EVICTED = new RetryLater(Duration.ofSeconds(5), "the snapshot is too old");

    /** For an executor of the application's that rejects the task. */
    static final RetryLater OVERLOADED = new RetryLater(Duration.ofSeconds(5), "overloaded");

    private static final Map<RetryLater, RefusalReason> WHY = Map.of(
            STOPPING,
            RefusalReason.SHUTDOWN,
            TOO_LATE,
            RefusalReason.TIMEOUT,
            TOO_MANY,
            RefusalReason.STREAMS,
            TOO_MANY_TOPICS,
            RefusalReason.TOPICS,
            HUB_CLOSED,
            RefusalReason.HUB_CLOSED,
            NOT_LOADED,
            RefusalReason.NOT_LOADED,
            SNAPSHOT_EVICTED,
            RefusalReason.SNAPSHOT,
            OVERLOADED,
            RefusalReason.OVERLOADED,
            ReplyFollowGeneration.NOT_STARTED,
            RefusalReason.NOT_LOADED,
            ReplyFollowGeneration.NOT_YET,
            RefusalReason.NOT_LOADED);

    private ReplyLater() {}

    /** Returns the reason of such a reply; any other reply is the application's. */
    static RefusalReason why(RetryLater reply) {
        return WHY.getOrDefault(reply, RefusalReason.APPLICATION);
    }
}
