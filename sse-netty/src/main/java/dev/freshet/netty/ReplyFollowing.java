package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicStartedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way a generation is followed: its stream begins without the opening lines of a hub. Immutable and thread-safe.
 *
 * @param unknown the answer where the hub does not know the generation
 * @param started completes with the start of the generation, which the stream waits for; null where it is known
 */
record ReplyFollowing(SseReply unknown, @Nullable CompletionStage<EventId> started) {
    static final SseReply NO_SUCH_STREAM = SseReply.refuse(404, "no such stream");

    private static final SseReply STARTED_BEFORE = SseReply.refuse(409, "the stream was started before");
    private static final SseReply NOT_STARTED =
            new SseReply.RetryLater(Duration.ofSeconds(5), "the stream could not be started");

    ReplyFollowing(SseReply unknown) {
        this(unknown, null);
    }

    /** A subscription to a generation whose start the stage tells. */
    static SseReply.Subscribe of(SseHub hub, String topic, CompletableFuture<EventId> started) {
        return started.isDone() && !started.isCompletedExceptionally()
                ? new ReplyFollowing(NO_SUCH_STREAM).from(hub, topic)
                : SseReply.subscribe(hub, topic).fromEarliest().following(new ReplyFollowing(NO_SUCH_STREAM, started));
    }

    /** A subscription from the generation's first event, for a client that sends no last event id. */
    SseReply.Subscribe from(SseHub hub, String topic) {
        SseReply.Subscribe all = SseReply.subscribe(hub, topic);
        EventId start = hub.topic(topic).start();
        return (start == null ? all.fromEarliest() : all.from(start)).following(this);
    }

    /**
     * A reply that waits until the generation is started, and refuses where it cannot be; null where it is started.
     *
     * @param patience the time for an answer, of which the wait takes half
     */
    SseReply.@Nullable When awaitStart(SseReply.Subscribe reply, Duration patience) {
        if (started == null) {
            return null;
        }
        CompletableFuture<SseReply> waited = started.<SseReply>handle((start, failure) ->
                        failure == null ? reply.following(new ReplyFollowing(unknown)) : refusal(failure))
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(NOT_STARTED, patience.toNanos() / 2, TimeUnit.NANOSECONDS);
        return SseReply.when(waited);
    }

    private static SseReply refusal(Throwable failure) {
        return Stages.cause(failure) instanceof TopicStartedException ? STARTED_BEFORE : NOT_STARTED;
    }
}
