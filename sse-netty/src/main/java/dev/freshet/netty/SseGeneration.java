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
 * A finite stream that outlives its connections: what is being generated goes to a topic of a hub, which ends with it, and
 * whoever follows gets all of it, however late and however often it comes.
 *
 * <p>Start it with the request that asks for it, and run the code that publishes it: the generation is complete where the code
 * returns, and failed where it throws. Each client that follows gets everything from the start, or after its last event id; then
 * its stream ends, and one that comes back after it is told 204, which stops an EventSource. Several may follow at once; none needs
 * to. What can be followed is what the hub retains: a client that comes when some of it is gone is told {@code stream-reset}.
 *
 * <p>A client has all of it once it has the last event: {@code done} of code that returned, {@code error} of code that failed,
 * {@code cancelled}, or one of the application's own. A stream that ends before, in good form or not, means "come back".
 *
 * <pre>{@code
 * SseGeneration generation = SseGeneration.start(hub, "answers/42");
 * generation.run(executor, () -> model.answer(prompt, token -> generation.publish(SseEvent.of("token", token))));
 * return generation.follow(request);                              // to the POST
 *
 * return SseGeneration.follow(hub, "answers/42", request);        // to each GET that comes back
 * }</pre>
 *
 * <p>Code that is not of one piece publishes from wherever it is, and must {@link #complete} or {@link #fail} on every
 * way out: until then each stream goes on, or until its process is gone and another hub ends it ({@link
 * dev.freshet.hub.SseHubBuilder#lease}). The hub remembers the end for {@link dev.freshet.hub.SseHubBuilder#endRetention}. Thread-safe.
 */
public final class SseGeneration {
    /** The last event of one that failed: type {@code error}, data {@code {"message":"the stream failed"}}. */
    public static final SseEvent FAILED = FailureEvent.DEFAULT;

    static final SseEvent DONE = SseEvent.of("done", "{}");
    private static final SseEvent CANCELLED = SseEvent.of("cancelled", "{}");

    /** Code that publishes a generation. */
    @FunctionalInterface
    public interface Code {
        /**
         * Runs on a thread that it may block.
         *
         * @throws Exception to end the generation as failed
         */
        void run() throws Exception;
    }

    private final SseHub hub;
    private final String topic;
    private final CompletableFuture<EventId> started;
    private final GenerationTurns turns;
    private final GenerationSentEvents events = new GenerationSentEvents();
    private final GenerationCode code = new GenerationCode(this, events);
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
        this.turns = new GenerationTurns(started);
    }

    /**
     * Starts one; nothing is published yet.
     *
     * @param topic its own, which nobody else publishes to; 1 to {@value SseHub#LONGEST_TOPIC} UTF-16 units. One that is open
     *     or has ended is refused; {@link SseHub#remove} it first for a start that nothing of the earlier one shows in
     * @throws IllegalArgumentException if the topic is empty or too long
     * @throws IllegalStateException if the topic is open or has ended, or the hub is closed
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
     * The answer to a client that follows a generation, wherever it was started: everything from the start, or after the last
     * event id that the client names, up to the end; 204 where it has seen the end, 404 where the hub does not know the
     * topic. One that names no id is told {@code fresh}, for it has nothing of it yet.
     *
     * @throws IllegalArgumentException if the topic is null, empty or too long; an endpoint that throws this refuses with 400
     */
    public static SseReply.Subscribe follow(SseHub hub, @Nullable String topic, SseRequest request) {
        return follow(hub, topic, request, SseReply.refuse(404, "no such stream"));
    }

    /** As the other, with what is answered where the hub does not know the topic, such as {@link SseReply#stop}. */
    public static SseReply.Subscribe follow(SseHub hub, @Nullable String topic, SseRequest request, SseReply unknown) {
        Objects.requireNonNull(request, "request");
        return new ReplyFollowing(Objects.requireNonNull(unknown, "unknown"))
                .from(hub, Objects.requireNonNullElse(topic, ""));
    }

    /** As {@link #follow(SseHub, String, SseRequest)}; also where a store has not told yet that it was started. */
    public SseReply.Subscribe follow(SseRequest request) {
        Objects.requireNonNull(request, "request");
        return started.isDone()
                ? follow(hub, topic, request)
                : SseReply.subscribe(hub, topic).fromEarliest().following(new ReplyFollowing(null));
    }

    /** Its topic. */
    public String topic() {
        return topic;
    }

    /**
     * Runs the code that publishes it; completes it where the code returns, and fails it where the code throws, unless it has
     * ended by then. Where it ends otherwise, on whatever node, or its topic is removed, the code is interrupted; an end by this object's
     * {@link #complete} or {@link #fail} interrupts nothing. Where the code returns, the generation is complete once a store has kept
     * all that was published; where one publish has failed, the generation has failed, also where the code published the event again. Code
     * that does so ends the generation itself before it returns: the first last event that is given counts, whatever the code then does.
     *
     * @param executor runs the code once, on a thread that it may block, with a store once that has the start; what it throws
     *     instead is thrown, and the generation has failed
     */
    public void run(Executor executor, Code code) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(code, "code");
        if (started.isDone() && !started.isCompletedExceptionally()) {
            this.code.execute(executor, code);
        } else {
            started.thenRunAsync(
                    () -> this.code.execute(executor, code)); // where it is refused there is nothing to run for
        }
    }

    /**
     * Publishes the next event; never blocks on a client. What another thread publishes at the moment of the completion
     * comes before the end or is refused.
     *
     * @param event without an id of its own, for it is the hub's that resume
     * @return as of {@link SseHub#publish}; failed with {@link TopicEndedException} where it is ended meanwhile
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain
     * @throws IllegalStateException if the generation is complete or was refused, or the hub closed
     */
    public CompletionStage<EventId> publish(SseEvent event) {
        checked(event);
        if (isComplete() || started.isCompletedExceptionally()) {
            throw new IllegalStateException("generation: complete (expected: not yet)");
        }
        return events.sent(turns.take(start -> hub.started(topic, start).publish(event)));
    }

    /** Publishes the last event once. */
    CompletionStage<EventId> tryLast(SseEvent event) {
        code.ends();
        CompletionStage<EventId> last;
        try {
            last = turns.take(start -> hub.started(topic, start).complete(event));
        } catch (Throwable e) {
            code.goesOn();
            throw e;
        }
        return last.whenComplete((id, failure) -> {
            if (id == null) {
                code.goesOn();
            }
        });
    }

    /** Publishes the last event until it is kept, unless one that was given before is. */
    CompletionStage<EventId> last(SseEvent event) {
        return last.publish(event);
    }

    /** Completes it with an event of type {@code done} and data {@code {}}; see {@link #complete(SseEvent)}. */
    public CompletionStage<EventId> complete() {
        return complete(DONE);
    }

    /**
     * Publishes the last event, after which every stream ends. Where a store does not keep it, it is tried again, after 100 ms at most
     * and then less and less often, up to every 10 s, until it is kept, the generation has ended otherwise, or the hub is closed. Its
     * {@linkplain dev.freshet.hub.SseHubBuilder#lease lease} is renewed no more, so that another node ends it where that takes too long.
     * Another last event that is given meanwhile waits for what becomes of this one.
     *
     * <p>What was published before and not kept is not looked at: who completes a generation by hand looks at what {@link #publish}
     * returned.
     *
     * @param event tells a client that it has all, so that it need not come back; without an id of its own
     * @return its position once it is kept; failed with {@link TopicEndedException} where the generation has ended before, be it by
     *     this event of which the store could not tell that it kept it, and with what the store last failed with where the event
     *     will not be kept, or it is not known whether it was
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain; of one that waits for another
     *     the latter is its failure
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> complete(SseEvent event) {
        return last(checked(event));
    }

    /**
     * Completes it with an event of type {@code error} and JSON data {@code {"message":"the stream failed"}}; the failure goes
     * to the log and not to the clients. To tell them more, {@link #complete(SseEvent)} with an event of your own.
     *
     * @return as of {@link #complete(SseEvent)}
     */
    public CompletionStage<EventId> fail(Throwable failure) {
        Log.warn("generation {} failed", topic, Objects.requireNonNull(failure, "failure"));
        return last(FailureEvent.DEFAULT);
    }

    /**
     * Completes it with an event of type {@code cancelled} and data {@code {}}, and interrupts the threads that {@link #run}
     * its code; what the code throws then goes to the log at level DEBUG.
     *
     * @return as of {@link #complete(SseEvent)}
     * @throws IllegalStateException if the hub is closed; the code is interrupted all the same
     */
    public CompletionStage<EventId> cancel() {
        try {
            return last(CANCELLED);
        } finally {
            code.cancel();
        }
    }

    /**
     * Cancels a generation of which only the topic is known, such as one that another node has started: by the same event, on
     * all nodes, and the one that runs its code interrupts that once its own tail brings the event.
     *
     * @param topic its own, as {@link #start} was given it
     * @return as of {@link SseHub#complete}; failed with {@link TopicEndedException} where this node knows of
     *     none that is open
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
     * Cancels it when nobody has followed it for so long: from now on where nobody has come yet, else from when the last one left.
     *
     * <p>Of no effect where its hub's store is {@linkplain SseHub#isShared shared}, as one on Redis is: a process knows who follows it
     * there, and nobody is to lose an answer that is followed at another node. A warning says so once. There cancel it by {@link
     * #cancel(SseHub, String)} where the application knows that nobody wants it.
     *
     * @param time 10 ms to 365 days; kept to a quarter of it
     * @return this
     */
    public SseGeneration cancelUnfollowed(Duration time) {
        new GenerationUnfollowed(this, Checks.atLeast("generation.cancelUnfollowed", time, 10)).beginAt(hub);
        return this;
    }

    /** Whether no last event has a place any more. */
    boolean isOver() {
        return hub.isClosed() || started.isCompletedExceptionally() || isComplete();
    }

    /** What is known of it; unknown where its topic was removed, or another was started there. */
    TopicStats stats() {
        TopicStats known = hub.topic(topic);
        EventId start = started.isCompletedExceptionally() ? null : started.getNow(null);
        return start != null && start.equals(known.start()) ? known : new TopicStats(TopicState.UNKNOWN, null, 0);
    }

    /** Whether the last event is published, or the topic was removed. */
    public boolean isComplete() {
        return started.isDone() && stats().state() != TopicState.OPEN;
    }

    private static SseEvent checked(SseEvent event) {
        if (Objects.requireNonNull(event, "event").id() != null) {
            throw new IllegalArgumentException(
                    "generation.event.id: \"" + event.id() + "\" (expected: none, for it is the hub's that resume)");
        }
        return event;
    }
}
