package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs the code that publishes a generation: its end is that of the generation, and the other way round. Thread-safe. */
final class GenerationCode {
    private static final int TRIES = 3;

    private final SseGeneration generation;
    private final Running running = new Running();
    /** The last events of this object's own that may be the end. */
    private final AtomicInteger ends = new AtomicInteger();

    GenerationCode(SseGeneration generation) {
        this.generation = generation;
    }

    void execute(Executor executor, SseGeneration.Code code) {
        try {
            executor.execute(() -> run(code));
        } catch (Throwable e) {
            failed(e);
            throw e;
        }
    }

    private void run(SseGeneration.Code code) {
        if (!running.enter()) {
            return;
        }
        try {
            code.run();
            running.leave();
            endForGood(SseGeneration.DONE, TRIES);
        } catch (InterruptedException e) {
            if (!running.leave()) {
                Thread.currentThread().interrupt();
            }
            failed(e);
        } catch (Throwable e) {
            running.leave();
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        if (running.isCancelled() || generation.isComplete() || generation.isBehindItsHub()) {
            Engine.log.debug("generation {} failed behind its end", generation.topic(), failure);
            return;
        }
        Engine.log.warn("generation {} failed", generation.topic(), failure);
        endForGood(FailureEvent.DEFAULT, TRIES);
    }

    /** Nobody else would try it again. */
    private void endForGood(SseEvent event, int tries) {
        CompletionStage<EventId> ended;
        try {
            ended = generation.last(event);
        } catch (IllegalStateException e) {
            Engine.log.debug("generation {} ended behind its hub", generation.topic(), e);
            return;
        } catch (Throwable e) {
            ended = CompletableFuture.failedFuture(e);
        }
        Stages.<EventId>whenComplete(ended, (id, failure) -> {
            if (id == null && !generation.isComplete()) {
                Engine.log.warn("generation {}: its last event was not kept", generation.topic(), failure);
                if (tries > 1) {
                    endForGood(event, tries - 1);
                }
            }
        });
    }

    /** Its own end is on the way, which does not interrupt the code that may have given it. */
    void ends() {
        ends.incrementAndGet();
    }

    /** That was not the end. */
    void goesOn() {
        if (ends.decrementAndGet() == 0 && generation.isComplete()) {
            running.cancel(); // another's end came meanwhile
        }
    }

    /** The generation has ended, wherever that was: nobody needs the code any more. */
    void ended() {
        if (ends.get() == 0) {
            running.cancel();
        }
    }

    /** Interrupts it. */
    void cancel() {
        running.cancel();
    }
}
