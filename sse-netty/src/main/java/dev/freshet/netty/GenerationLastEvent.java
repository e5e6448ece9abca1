package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The last event of a generation, which is published until the store keeps it or it has no place any more: nobody else would try
 * it again. The first that is given counts: another waits until that one is kept, or refused. Thread-safe.
 */
final class GenerationLastEvent {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final SseGeneration generation;
    /** The one given last. Guarded by this object. */
    private @Nullable Given newest;

    GenerationLastEvent(SseGeneration generation) {
        this.generation = generation;
    }

    /** Completes once it is kept, or will not be; throws where it is refused at once, and what the store throws is its failure. */
    CompletionStage<EventId> publish(SseEvent event) {
        Given given = new Given(event);
        Given before;
        synchronized (this) {
            before = newest;
            newest = given;
        }
        if (before == null || before.kept.isDone()) {
            given.publish();
        } else {
            before.kept.whenComplete((id, failure) -> given.publishAgain());
        }
        return given.kept;
    }

    /** Whether it is of no use to try it again. */
    private boolean isRefused(Throwable failure) {
        return failure instanceof IllegalArgumentException || generation.isOver();
    }

    /** One try at a time. */
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
                if (isRefused(e)) {
                    kept.completeExceptionally(e);
                    throw e;
                }
                first = CompletableFuture.failedFuture(e);
            }
            await(first);
        }

        void publishAgain() {
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
                if (id != null && generation.isOver()) {
                    kept.complete(id);
                } else if (id != null) {
                    tryAgain(new IOException("store: lost " + id + ", which it had acknowledged"));
                } else {
                    tryAgain(failure == null ? new NullPointerException("store: no position") : Stages.cause(failure));
                }
            });
        }

        private void tryAgain(Throwable failure) {
            if (isRefused(failure)) {
                kept.completeExceptionally(failure);
                return;
            }
            if (pauseMillis == FIRST_PAUSE_MILLIS) {
                Log.warn("generation {}: its last event was not kept, and is tried again", generation.topic(), failure);
            } else {
                Log.debug("generation {}: its last event was not kept", generation.topic(), failure);
            }
            long pause = ThreadLocalRandom.current().nextLong(pauseMillis / 2, pauseMillis); // not all at once
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
            CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(this::publishAgain);
        }
    }
}
