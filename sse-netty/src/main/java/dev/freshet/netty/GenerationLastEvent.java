package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The publishing of a generation's last event, which is retried until the store keeps it or the generation is over. The
 * first event that is given counts: another one waits until the first is kept or rejected. Thread-safe.
 */
final class GenerationLastEvent {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private static final int MOST_WAITING = 64;

    private final SseGeneration generation;
    // Guarded by this object.
    /** The event that is being published, or null. */
    private @Nullable Given current;
    /** The events that were given meanwhile, in their order. */
    private final Queue<Given> waiting = new ArrayDeque<>();

    GenerationLastEvent(SseGeneration generation) {
        this.generation = generation;
    }

    /**
     * Publishes a last event. The stage completes when the event is kept, or will not be. Throws if the event is
     * rejected at once; what the store throws fails the stage.
     */
    CompletionStage<EventId> publish(SseEvent event) {
        Given given = new Given(event);
        synchronized (this) {
            if (current != null && waiting.size() >= MOST_WAITING) {
                return CompletableFuture.failedFuture(new IllegalStateException(
                        "generation: " + MOST_WAITING + " last events wait for another one (expected: fewer)"));
            }
            if (current != null) {
                waiting.add(given);
                return given.kept.copy();
            }
            current = given;
        }
        given.kept.whenComplete((id, failure) -> publishNext());
        given.publish();
        return given.kept.copy(); // a copy: its completion by the caller has no effect on the event
    }

    private void publishNext() {
        Given next;
        synchronized (this) {
            next = waiting.poll();
            current = next;
        }
        if (next != null) {
            next.kept.whenComplete((id, failure) -> publishNext());
            GenerationThreads.execute(next::retry); // not inside the completion of the one before
        }
    }

    /** Returns whether a retry is of no use. */
    private boolean isRejected(Throwable failure) {
        return failure instanceof IllegalArgumentException || generation.isOver();
    }

    /** One last event, with one publish at a time. */
    private final class Given {
        private final CompletableFuture<EventId> kept = new CompletableFuture<>();
        private final SseEvent event;
        private long pauseMillis = FIRST_PAUSE_MILLIS;

        Given(SseEvent event) {
            this.event = event;
        }

        void publish() {
            CompletionStage<EventId> first;
            try {
                first = generation.tryLast(event);
            } catch (Throwable e) {
                if (isRejected(e)) {
                    kept.completeExceptionally(e);
                    throw e;
                }
                first = CompletableFuture.failedFuture(e);
            }
            await(first);
        }

        void retry() {
            CompletionStage<EventId> tried;
            try {
                tried = generation.tryLast(event);
            } catch (Throwable e) {
                tried = CompletableFuture.failedFuture(e);
            }
            await(tried);
        }

        private void await(CompletionStage<EventId> tried) {
            Stages.<EventId>whenComplete(tried, (id, failure) -> {
                if (id != null) {
                    kept.complete(id);
                } else {
                    retryLater(
                            failure == null ? new NullPointerException("store: no position") : Stages.cause(failure));
                }
            });
        }

        private void retryLater(Throwable failure) {
            if (isRejected(failure)) {
                kept.completeExceptionally(failure);
                return;
            }
            if (pauseMillis == FIRST_PAUSE_MILLIS) {
                Log.warn("generation {}: its last event was not kept, and is tried again", generation.topic(), failure);
            } else {
                Log.debug("generation {}: its last event was not kept", generation.topic(), failure);
            }
            long pause = ThreadLocalRandom.current().nextLong(pauseMillis / 2, pauseMillis); // retries are spread
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
            GenerationThreads.executeAfter(TimeUnit.MILLISECONDS.toNanos(pause), this::retry);
        }
    }
}
