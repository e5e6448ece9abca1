package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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
    private static final int ENDING = 1 << 30;

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

    /** The last event, what its end is, and who waits for its position. */
    private record Last(SseEvent event, CloseReason reason, CompletableFuture<EventId> published) {}

    private final SseHub hub;
    private final String topic;
    private final EventId start;
    private final Ending ending = new Ending();
    private final AtomicReference<@Nullable Last> last = new AtomicReference<>();

    /**
     * How many publishes are under way, and {@link #ENDING} more from the completion on: then no other begins, and the
     * last event is published by whoever finds that it was the last. So nothing comes after it, and nobody waits.
     */
    private final AtomicInteger underWay = new AtomicInteger();

    private SseGeneration(SseHub hub, String topic) {
        this.hub = hub;
        this.topic = topic;
        this.start = hub.latest();
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
     * @param executor runs the code once, on a thread that it may block; what it throws instead is thrown, and the
     *     generation has failed
     */
    public void run(Executor executor, Code code) {
        Objects.requireNonNull(code, "code");
        try {
            executor.execute(() -> run(code));
        } catch (RuntimeException | Error e) {
            failWith(e);
            throw e;
        }
    }

    private void run(Code code) {
        try {
            code.run();
            complete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failWith(e);
        } catch (Exception | Error e) {
            failWith(e);
        }
    }

    private void failWith(Throwable failure) {
        try {
            fail(failure);
        } catch (IllegalStateException e) {
            Engine.log.debug("generation {}: {}", topic, e.getMessage()); // the hub is closed, and so are all streams
        }
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
        if (underWay.getAndUpdate(count -> count >= ENDING ? count : count + 1) >= ENDING) {
            throw new IllegalStateException("generation: complete (expected: not yet)");
        }
        CompletionStage<EventId> published;
        try {
            published = hub.publish(topic, event);
        } catch (RuntimeException | Error e) {
            leave();
            throw e;
        }
        return published.whenComplete((id, failure) -> leave());
    }

    /** A publish is no longer under way. */
    private void leave() {
        Last due = underWay.decrementAndGet() == ENDING ? last.get() : null;
        if (due != null) {
            try {
                publishLast(due);
            } catch (RuntimeException e) {
                Engine.log.warn("generation {}: its last event failed", topic, e);
            }
        }
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
     * @return the position of the last event; failed where a store did not keep it, and it may then be tried again
     * @throws IllegalArgumentException if the event has an id, or is larger than the topic may retain
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> complete(SseEvent event) {
        return end(checked(event), CloseReason.COMPLETED);
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
        return fail(SseReply.Stream.FAILED);
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
        return end(checked(event), CloseReason.FAILED);
    }

    private CompletionStage<EventId> end(SseEvent event, CloseReason reason) {
        Last mine = new Last(event, reason, new CompletableFuture<>());
        Last first = last.compareAndExchange(null, mine);
        if (first != null) {
            return first.published().copy();
        }
        if (underWay.getAndAdd(ENDING) == 0) {
            publishLast(mine);
        }
        return mine.published().copy();
    }

    private void publishLast(Last end) {
        try {
            hub.publish(topic, end.event()).whenComplete((id, failure) -> {
                if (failure == null) {
                    ending.set(id, end.reason());
                    end.published().complete(id);
                } else {
                    reopen(end, failure);
                }
            });
        } catch (RuntimeException e) {
            reopen(end, e);
            throw e;
        }
    }

    /** It may be tried again. */
    private void reopen(Last end, Throwable failure) {
        underWay.addAndGet(-ENDING); // first, for who finds no last event adds it again
        last.set(null);
        end.published().completeExceptionally(failure);
    }

    private static SseEvent checked(SseEvent event) {
        if (event.id() != null) {
            throw new IllegalArgumentException(
                    "generation.event.id: \"" + event.id() + "\" (expected: none, for it is the hub's that resume)");
        }
        return event;
    }

    /** Whether the last event is published. */
    public boolean isComplete() {
        return ending.end() != null;
    }

    /**
     * The answer to a client that follows, whatever the method of its request: everything from the start, or after the
     * last event id that it names, up to the end; 204 where it has seen the end. As an endpoint: {@code
     * generation::follow}.
     */
    public SseReply.Subscribe follow(SseRequest request) {
        Objects.requireNonNull(request, "request");
        return SseReply.subscribe(hub, topic).from(start).until(ending);
    }
}
