package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A finite stream that outlives its connections: what is being generated goes to a topic of a hub, and whoever follows
 * gets all of it, however late and however often it comes.
 *
 * <p>Start it with the request that asks for it, and run the code that publishes it: the generation is complete where
 * the code returns, and failed where it throws. Each client that follows gets everything from the start, or after its
 * last event id; then its stream ends, and one that comes back after the last event is told 204, so that an EventSource
 * stops. Several may follow at once; none needs to. What can be followed is what the hub retains: a client that comes
 * when some of it is gone is told {@code stream-reset}.
 *
 * <pre>{@code
 * SseGeneration generation = SseGeneration.start(hub, "answers/42");
 * generation.run(executor, () -> model.answer(prompt, token -> generation.publish(SseEvent.of("token", token))));
 * return generation.follow(request);      // to the POST, and to each GET that comes back
 * }</pre>
 *
 * <p>Code that is not of one piece publishes from wherever it is, and must {@link #complete} or {@link #fail} on every
 * way out: until then each stream goes on.
 *
 * <p>Where it ends is known to this object and not to the hub, so those who come back must be sent to it: keep it for as
 * long as clients may come. Thread-safe.
 */
public final class SseGeneration {
    private static final SseEvent DONE = SseEvent.of("done", "{}");

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
    private final EventId start;
    private final GenerationEnd end;

    private SseGeneration(SseHub hub, String topic) {
        this.hub = hub;
        this.topic = topic;
        this.start = hub.latest();
        this.end = new GenerationEnd(hub, topic, start);
    }

    /**
     * Starts one; nothing is published yet.
     *
     * @param topic its own: 1 to {@value SseHub#LONGEST_TOPIC} UTF-16 units, published to by nobody else
     * @throws IllegalArgumentException if the topic is empty or too long
     */
    public static SseGeneration start(SseHub hub, String topic) {
        Objects.requireNonNull(hub, "hub");
        SseHub.checkTopic(topic);
        return new SseGeneration(hub, topic);
    }

    /** Its topic. */
    public String topic() {
        return topic;
    }

    /**
     * Runs the code that publishes it; completes it where the code returns, and fails it where the code throws, unless
     * the code has done either itself.
     *
     * <p>A last event that a store does not keep is tried again at once, three times in all; where the code's own was not
     * kept, {@code done} or {@code error} takes its place. If none is kept, the generation is over all the same: each
     * stream ends behind what was kept before, as {@link CloseReason#FAILED}, with nothing that tells its client; one
     * that comes back after that is told 204. The log has each failure. Where the hub is closed, all streams end with it.
     *
     * @param executor runs the code once, on a thread that it may block; what it throws instead is thrown, and the
     *     generation has failed
     */
    public void run(Executor executor, Code code) {
        Objects.requireNonNull(code, "code");
        try {
            executor.execute(() -> run(code));
        } catch (Throwable e) {
            failWith(e);
            throw e;
        }
    }

    private void run(Code code) {
        try {
            code.run();
            end.endForGood(DONE, CloseReason.COMPLETED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failWith(e);
        } catch (Throwable e) {
            failWith(e);
        }
    }

    private void failWith(Throwable failure) {
        if (end.isHubClosed()) {
            Engine.log.debug("generation {} failed behind the end of its hub", topic, failure);
        } else {
            Engine.log.warn("generation {} failed", topic, failure);
        }
        end.endForGood(FailureEvent.DEFAULT, CloseReason.FAILED);
    }

    /**
     * Publishes the next event; never blocks on a client. What another thread publishes at the moment of the completion
     * comes before the end or is refused.
     *
     * @param event without an id of its own, for it is the hub's that resume
     * @return as of {@link SseHub#publish}
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain
     * @throws IllegalStateException if the generation is complete, or the hub closed
     */
    public CompletionStage<EventId> publish(SseEvent event) {
        checked(event);
        return end.publish(event);
    }

    /** Completes it with an event of type {@code done} and data {@code {}}; see {@link #complete(SseEvent)}. */
    public CompletionStage<EventId> complete() {
        return complete(DONE);
    }

    /**
     * Publishes the last event, after which every stream ends, once what was published before has its position.
     * Idempotent: the first that does not fail counts.
     *
     * @param event tells a client that it has all, so that it need not come back; without an id of its own
     * @return the position of the last event; failed where a store did not keep it, which the log has, too; it may then
     *     be tried again, unless the end was that of {@link #run}
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> complete(SseEvent event) {
        return end.end(checked(event), CloseReason.COMPLETED);
    }

    /**
     * Completes it as failed, with an event of type {@code error} and JSON data {@code {"message":"the stream failed"}},
     * as {@link SseReply.Stream#onFailure} does by default: the failure goes to the log and not to the clients.
     *
     * @return as of {@link #complete(SseEvent)}
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> fail(Throwable failure) {
        Engine.log.warn("generation {} failed", topic, Objects.requireNonNull(failure, "failure"));
        return fail(FailureEvent.DEFAULT);
    }

    /**
     * Completes it as failed, with an event of your own, which says what the clients may know of the failure.
     *
     * @param event without an id of its own
     * @return as of {@link #complete(SseEvent)}
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> fail(SseEvent event) {
        return end.end(checked(event), CloseReason.FAILED);
    }

    private static SseEvent checked(SseEvent event) {
        if (event.id() != null) {
            throw new IllegalArgumentException(
                    "generation.event.id: \"" + event.id() + "\" (expected: none, for it is the hub's that resume)");
        }
        return event;
    }

    /** Whether the last event is published, or {@link #run} has ended it without. */
    public boolean isComplete() {
        return end.ending().end() != null;
    }

    /**
     * The answer to a client that follows, whatever the method of its request: everything from the start, or after the
     * last event id that it names, up to the end; 204 where it has seen the end. One that names none is told {@code fresh},
     * for it has nothing of it yet. As an endpoint: {@code generation::follow}.
     */
    public SseReply.Subscribe follow(SseRequest request) {
        Objects.requireNonNull(request, "request");
        return SseReply.subscribe(hub, topic).from(start).until(end.ending());
    }
}
