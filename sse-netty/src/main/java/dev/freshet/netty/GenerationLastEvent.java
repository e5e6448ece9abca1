package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The last event of a generation, which is published until the store keeps it or it has no place any more: nobody else would try
 * it again. One try at a time.
 */
final class GenerationLastEvent {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final SseGeneration generation;
    private final SseEvent event;
    private final CompletableFuture<EventId> kept = new CompletableFuture<>();
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    GenerationLastEvent(SseGeneration generation, SseEvent event) {
        this.generation = generation;
        this.event = event;
    }

    /** Completes once it is kept, or will not be; throws where it is refused at once, and what the store throws is its failure. */
    CompletionStage<EventId> publish() {
        CompletionStage<EventId> first;
        try {
            first = generation.tryLast(event);
        } catch (Throwable e) {
            if (isRefused(e)) {
                throw e;
            }
            first = CompletableFuture.failedFuture(e);
        }
        await(first);
        return kept;
    }

    private void await(CompletionStage<EventId> tried) {
        Stages.<EventId>whenComplete(tried, (id, failure) -> {
            if (id != null) {
                kept.complete(id);
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

    private void publishAgain() {
        CompletionStage<EventId> tried;
        try {
            tried = generation.tryLast(event);
        } catch (Throwable e) {
            tried = CompletableFuture.failedFuture(e);
        }
        await(tried);
    }

    /** Whether it is of no use to try it again. */
    private boolean isRefused(Throwable failure) {
        return failure instanceof IllegalArgumentException || generation.isOver();
    }
}
