package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.hub.SseHub;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicStartedException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The options of a stream that follows a generation. The stream begins without the opening lines of a hub. Immutable
 * and thread-safe.
 *
 * @param unknown the answer if the hub has no record of the generation
 * @param start the start of the generation, which the stream waits for; null if it has completed
 */
record ReplyFollowGeneration(SseReply unknown, @Nullable ReplyAwaitedStart start) {
    static final SseReply NO_SUCH_STREAM = HttpAnswer.refusal(RefusalReason.UNKNOWN_TOPIC, 404, "no such stream");

    /** The reply if the store has not kept the start. */
    static final SseReply.RetryLater NOT_STARTED =
            new SseReply.RetryLater(Duration.ofSeconds(5), "the stream could not be started");

    static final SseReply.RetryLater NOT_YET =
            new SseReply.RetryLater(Duration.ofSeconds(5), "the stream is not started yet");

    private static final SseReply STARTED_BEFORE =
            HttpAnswer.refusal(RefusalReason.UNKNOWN_TOPIC, 409, "the stream was started before");

    ReplyFollowGeneration {
        Objects.requireNonNull(unknown, "unknown");
    }

    ReplyFollowGeneration(SseReply unknown) {
        this(unknown, null);
    }

    /** Returns a subscription to a generation whose start may not have completed yet. */
    static SseReply.Subscribe of(SseHub hub, String topic, ReplyAwaitedStart start) {
        if (start.isKnown()) {
            return new ReplyFollowGeneration(NO_SUCH_STREAM).from(hub, topic);
        }
        return SseReply.subscribe(hub, topic).following(new ReplyFollowGeneration(NO_SUCH_STREAM, start));
    }

    /** Returns a subscription from the generation's first event, for a client that sends no last event id. */
    SseReply.Subscribe from(SseHub hub, String topic) {
        SseReply.Subscribe all = SseReply.subscribe(hub, topic);
        EventId first = hub.topic(topic).start();
        return (first == null ? all.fromEarliest() : all.from(first)).following(this);
    }

    /**
     * Returns a reply that waits until the generation is started, and refuses if the start fails; null if the
     * generation is started.
     *
     * @param patience the time for an answer, of which the wait takes at most half
     */
    SseReply.@Nullable When awaitStart(SseReply.Subscribe reply, Duration patience) {
        if (start == null) {
            return null;
        }
        CompletableFuture<EventId> known = start.await();
        CompletableFuture<SseReply> waited = known.<SseReply>handle(
                        (first, failure) -> failure == null ? started(reply, first) : refusal(failure))
                .completeOnTimeout(NOT_YET, patience.toNanos() / 2, TimeUnit.NANOSECONDS);
        waited.whenComplete((v, gone) -> known.cancel(false)); // also when the client has disconnected
        return SseReply.when(waited);
    }

    private SseReply.Subscribe started(SseReply.Subscribe reply, EventId first) {
        boolean isUnset = reply.start.startsAs(StartRequest.latest()); // the application cannot request that start
        return (isUnset ? reply.from(first) : reply).following(new ReplyFollowGeneration(unknown));
    }

    private static SseReply refusal(Throwable failure) {
        return Stages.cause(failure) instanceof TopicStartedException ? STARTED_BEFORE : NOT_STARTED;
    }
}
