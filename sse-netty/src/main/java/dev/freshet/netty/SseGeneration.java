package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A finite stream that outlives its connections. Its events are published to a topic of a hub, which ends with it. Each
 * client that follows receives all of them, whenever it connects and however often it reconnects.
 *
 * <p>The first request starts the generation, and runs the code that publishes it. The generation is complete when the
 * code returns, and has failed when it throws. Each client receives the events from the start, or after its last event
 * id, and then its stream ends. A client that reconnects after the end is answered with 204, which stops an
 * EventSource. Any number of clients may follow at once. A client that requires evicted events receives {@code
 * stream-reset}.
 * <p>The last event marks the end for a client: {@code done} if the code has returned, {@code error} if it has failed,
 * {@code cancelled}, or an event of the application. A client whose stream ends before that event reconnects.
 *
 * <pre>{@code
 * SseGeneration generation = SseGeneration.start(hub, "answers/42");
 * generation.run(executor, () -> model.answer(prompt, token -> generation.publish(SseEvent.of("token", token))));
 * return generation.follow(request);                              // answers the POST
 *
 * return SseGeneration.follow(hub, "answers/42", request);        // answers each GET that reconnects
 * }</pre>
 * <p>Code that is not one task publishes from any thread, and must call {@link #complete} or {@link #fail} on every
 * path. Until then the streams stay open. If its process dies before, another hub ends the generation ({@link
 * dev.freshet.hub.SseHubBuilder#lease}). The hub keeps the end for {@link dev.freshet.hub.SseHubBuilder#endRetention}.
 * Thread-safe.
 */
public final class SseGeneration {
    /** The last event of a failed generation: type {@code error}, data {@code {"message":"the stream failed"}}. */
    public static final SseEvent FAILED = FailureEvent.DEFAULT;

    static final SseEvent DONE = SseEvent.of("done", "{}");
    private static final SseEvent CANCELLED = SseEvent.of("cancelled", "{}");

    /** Code that publishes a generation. */
    @FunctionalInterface
    public interface Code {
        /**
         * Publishes the events. Called on a thread that may block.
         *
         * @throws Exception to end the generation as failed
         */
        void run() throws Exception;
    }

    private final SseHub hub;
    private final String topic;
    private final CompletableFuture<EventId> started;
    private final ReplyAwaitedStart start;
    private final GenerationPublishQueue turns;
    private final GenerationSentEvents events = new GenerationSentEvents();
    private final GenerationCode code = new GenerationCode(this, events, GenerationThreads.ofStarts());
    private final GenerationLastEvent last = new GenerationLastEvent(this);

    private SseGeneration(SseHub hub, String topic) {
        this.hub = hub;
        this.topic = topic;
        this.started = hub.start(topic)
                .thenApply(start -> {
                    hub.started(topic, start).onEnd(code::ended);
                    return start;
                })
                .toCompletableFuture();
        this.start = new ReplyAwaitedStart(started);
        this.turns = new GenerationPublishQueue(started);
    }

    /**
     * Starts a generation. No event is published yet.
     *
     * @param topic a topic of its own, 1 to {@value SseHub#LONGEST_TOPIC} UTF-16 units. A topic that is open or has
     *     ended is rejected; {@link SseHub#remove} removes it with all events of an earlier generation
     * @throws IllegalArgumentException if the topic is empty or too long, or its retention is {@code none()}
     * @throws IllegalStateException if the topic is open or has ended, or the hub is closed; as {@link
     *     dev.freshet.log.TooManyTopicsException} if a hub in memory has no room for it
     */
    public static SseGeneration start(SseHub hub, String topic) {
        Objects.requireNonNull(hub, "hub");
        SseGeneration generation = new SseGeneration(hub, topic);
        if (generation.started.isCompletedExceptionally()) {
            throw Stages.failure(generation.started);
        }
        generation.started.exceptionally(failure -> {
            Log.warn("generation {} was not started", topic, failure);
            throw new CompletionException(failure);
        });
        return generation;
    }

    /**
     * Returns the answer to a client that follows a generation, started on any node: the events from the start, or
     * after the client's last event id, up to the end; 204 if the client has received the end, 404 if the hub has no
     * record of the topic. For a client without a last event id the start is {@code fresh}.
     *
     * @throws IllegalArgumentException if the topic is null, empty or too long; thrown by an endpoint it becomes a 400
     */
    public static SseReply.Subscribe follow(SseHub hub, @Nullable String topic, SseRequest request) {
        return follow(hub, topic, request, ReplyFollowGeneration.NO_SUCH_STREAM);
    }

    /**
     * Returns the same with an answer of its own if the hub has no record of the topic, such as {@link SseReply#stop}.
     */
    public static SseReply.Subscribe follow(SseHub hub, @Nullable String topic, SseRequest request, SseReply unknown) {
        Objects.requireNonNull(request, "request");
        return new ReplyFollowGeneration(unknown).from(hub, Objects.requireNonNullElse(topic, ""));
    }

    /**
     * Returns the answer of {@link #follow(SseHub, String, SseRequest)}, but waits until the store has kept the start,
     * for at most half of {@link Limits.Builder#answerTimeout}. If that time is over, or the start fails, the client is
     * told to retry later. If the topic was started before, the client is refused with 409.
     */
    public SseReply.Subscribe follow(SseRequest request) {
        Objects.requireNonNull(request, "request");
        return ReplyFollowGeneration.of(hub, topic, start);
    }

    /** Returns the topic of the generation. */
    public String topic() {
        return topic;
    }

    /**
     * Runs the code that publishes the generation. Completes it when the code returns, and fails it when the code
     * throws, unless it has ended by then. If it ends otherwise, on any node, or its topic is removed, the code is
     * interrupted. An end by this object's {@link #complete} or {@link #fail} does not interrupt the code, even if the
     * store did not confirm the event.
     *
     * <p>When the code has returned, the generation is complete once the store has kept all events. If one publish has
     * failed or thrown, the generation fails, even if the code has published the event again. Code that retries ends
     * the generation itself before it returns; the return of the code then has no effect.
     *
     * @param executor the executor that runs the code once, on a thread that may block, never the calling one; with a
     *     store, once the start is kept. Its exception fails the generation, and is thrown, or logged before the start
     */
    public void run(Executor executor, Code code) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(code, "code");
        if (start.isKnown()) {
            this.code.execute(executor, code);
        } else {
            this.code.executeAfter(started, executor, code);
        }
    }

    /**
     * Publishes the next event. Never blocks on a client. An event that another thread publishes during the completion
     * precedes the end or is rejected.
     *
     * @param event an event without an id, because clients resume by the hub's
     * @return a stage as of {@link SseHub#publish}; failed with {@link TopicEndedException} if the generation ends
     *     meanwhile
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain
     * @throws IllegalStateException if the generation is complete or its start was rejected, or the hub is closed
     */
    public CompletionStage<EventId> publish(SseEvent event) {
        if (isComplete() || started.isCompletedExceptionally()) {
            throw new IllegalStateException("generation: complete (expected: not yet)");
        }
        try {
            GenerationSentEvents.requireNoId(event);
            return events.sent(
                    turns.take(event, start -> hub.started(topic, start).publish(event)));
        } catch (Throwable e) {
            events.rejected(e); // the code may not receive it, for example if a library's callback publishes
            throw e;
        }
    }

    /** Publishes the last event once. */
    CompletionStage<EventId> tryLast(SseEvent event) {
        code.beginEnd();
        CompletionStage<EventId> last;
        try {
            last = turns.take(event, start -> hub.started(topic, start).complete(event));
        } catch (Throwable e) {
            code.endFailed(e);
            throw e;
        }
        return last.whenComplete((id, failure) -> {
            if (id == null) {
                code.endFailed(
                        failure == null ? new NullPointerException("store: no position") : Stages.cause(failure));
            }
        });
    }

    /** Publishes the last event until it is kept, unless an earlier last event is kept. */
    CompletionStage<EventId> last(SseEvent event) {
        return last.publish(event);
    }

    /** Completes the generation with type {@code done} and data {@code {}}; see {@link #complete(SseEvent)}. */
    public CompletionStage<EventId> complete() {
        return complete(DONE);
    }

    /**
     * Publishes the last event, after which every stream ends. An event that the store does not keep is retried, after
     * pauses that grow from 100 ms at most to 10 s at most, until it is kept, the generation has ended otherwise, or
     * the hub is closed. The {@linkplain dev.freshet.hub.SseHubBuilder#lease lease} is not renewed, so that another
     * node ends the generation if that takes too long. Up to 64 other last events wait for the outcome; one more fails.
     * The outcome of earlier events is not checked: the caller checks the stages of {@link #publish}.
     * @param event an event without an id; a client that receives it need not reconnect
     * @return a stage of the event's position, once it is kept; failed with {@link TopicEndedException} if the
     *     generation has ended before, also by this event if the store could not report that it kept it; failed with
     *     the store's last failure if the event will not be kept, or it is not known whether it was
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain; if the event
     *     waits for another one, an event that is too large fails the stage
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> complete(SseEvent event) {
        return last(GenerationSentEvents.requireNoId(event));
    }

    /**
     * Completes the generation with {@link #FAILED}. The failure is logged and not sent; {@link #complete(SseEvent)}
     * sends an event of the application.
     * @return a stage as of {@link #complete(SseEvent)}
     */
    public CompletionStage<EventId> fail(Throwable failure) {
        Log.warn("generation {} failed", topic, Objects.requireNonNull(failure, "failure"));
        return last(FailureEvent.DEFAULT);
    }

    /**
     * Completes the generation with an event of type {@code cancelled} and data {@code {}}, and interrupts the threads
     * that {@link #run} its code. An exception that the code then throws is logged at level DEBUG.
     *
     * @return a stage as of {@link #complete(SseEvent)}
     * @throws IllegalStateException if the hub is closed; the code is interrupted in this case, too
     */
    public CompletionStage<EventId> cancel() {
        try {
            return last(CANCELLED);
        } finally {
            code.cancel();
        }
    }

    /**
     * Cancels a generation by its topic, such as one that another node has started. The same event ends it on all
     * nodes. The node that runs its code interrupts the code when its own tail delivers the event.
     *
     * @param topic the topic that was given to {@link #start}
     * @return a stage as of {@link SseHub#complete}; failed with {@link TopicEndedException} if this node has no record
     *     of an open generation
     * @throws IllegalArgumentException if the topic is empty or too long
     * @throws IllegalStateException if the hub is closed
     */
    public static CompletionStage<EventId> cancel(SseHub hub, String topic) {
        EventId start = Objects.requireNonNull(hub, "hub").topic(topic).start();
        return start == null
                ? CompletableFuture.failedFuture(new TopicEndedException(topic))
                : hub.started(topic, start).complete(CANCELLED);
    }

    /**
     * Cancels the generation when no client has followed it for a time, since this call or since the last client left.
     *
     * <p>Without effect if the hub's store is {@linkplain SseHub#isShared shared}, as one on Redis is: a process has no
     * record of the followers on other nodes. A warning reports this once. With such a store the application calls
     * {@link #cancel(SseHub, String)}.
     * @param time 10 ms to 365 days, with an accuracy of a quarter of it
     * @return this
     */
    public SseGeneration cancelUnfollowed(Duration time) {
        new GenerationFollowerTimeout(this, Checks.atLeast("generation.cancelUnfollowed", time, 10)).beginAt(hub);
        return this;
    }

    /** Returns whether no last event can be published any more. */
    boolean isOver() {
        return hub.isClosed() || started.isCompletedExceptionally() || isComplete();
    }

    /** Returns the state of the topic; unknown if it was removed, or another generation was started on it. */
    TopicStats stats() {
        return start.stats(hub, topic);
    }

    /** Returns whether the last event is published, or the topic was removed. */
    public boolean isComplete() {
        return started.isDone() && stats().state() != TopicState.OPEN;
    }
}
