package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.log.TopicEndedException;
import dev.freshet.store.EventStoreException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The run of the code that publishes a generation: its end is the end of the generation, and an end of the generation
 * that comes from elsewhere interrupts it. Thread-safe.
 */
final class GenerationCode {
    private final SseGeneration generation;
    private final GenerationSentEvents events;
    private final InterruptibleThreads running = new InterruptibleThreads();
    /** The number of last events that this object is publishing, each of which may be the end. */
    private final AtomicInteger ends = new AtomicInteger();
    /** Whether one of them has failed that the store may have kept, so that an end that comes may be that. */
    private volatile boolean mayHaveEnded;

    GenerationCode(SseGeneration generation, GenerationSentEvents events) {
        this.generation = generation;
        this.events = events;
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
            events.whenSettled(this::returned);
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

    /** @param missing the failure of the first event that is not kept, or null where all are */
    private void returned(@Nullable Throwable missing) {
        if (missing == null) {
            end(SseGeneration.DONE);
        } else {
            failed(missing);
        }
    }

    private void failed(Throwable failure) {
        if (running.isCancelled() || generation.isOver()) {
            Log.debug("generation {} failed behind its end", generation.topic(), failure);
            return;
        }
        Log.warn("generation {} failed", generation.topic(), failure);
        end(FailureEvent.DEFAULT);
    }

    private void end(SseEvent last) {
        try {
            generation.last(last);
        } catch (IllegalStateException e) {
            Log.debug("generation {} ended behind its hub", generation.topic(), e);
        }
    }

    /** Called before this object publishes a last event; its end does not interrupt the code that may have given it. */
    void beginEnd() {
        ends.incrementAndGet();
    }

    /** Called when that last event has failed, before anything else can be known of it. */
    void endFailed(Throwable failure) {
        mayHaveEnded |= !(failure instanceof IllegalArgumentException
                || failure instanceof TopicEndedException
                || failure instanceof RejectedExecutionException
                || failure instanceof EventStoreException store && store.isNotKept()); // certainly not kept
        if (ends.decrementAndGet() == 0 && !mayHaveEnded && generation.isComplete()) {
            running.cancel(); // it was ended elsewhere meanwhile
        }
    }

    /** Called when the generation has ended, on whatever node: interrupts the code, which is not needed any more. */
    void ended() {
        if (ends.get() == 0 && !mayHaveEnded) {
            running.cancel();
        }
    }

    /** Interrupts the code. */
    void cancel() {
        running.cancel();
    }
}
