package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.TopicEndedException;
import dev.freshet.store.EventStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The run of the code that publishes a generation. The generation ends when the code ends. An end of the generation
 * that has another origin interrupts the code. Thread-safe.
 */
final class GenerationCode {
    private final SseGeneration generation;
    private final GenerationSentEvents events;
    /** Passes code to its executor; see {@link GenerationThreads#ofStarts}. */
    private final Executor starts;

    private final InterruptibleThreads running = new InterruptibleThreads();
    /** The number of last events that this object is publishing, each of which may become the end. */
    private final AtomicInteger ends = new AtomicInteger();
    /**
     * Whether one of them has failed although the store may have kept it, so that a delivered end may be that event.
     */
    private volatile boolean mayHaveEnded;

    GenerationCode(SseGeneration generation, GenerationSentEvents events, Executor starts) {
        this.generation = generation;
        this.events = events;
        this.starts = starts;
    }

    void execute(Executor executor, SseGeneration.Code code) {
        try {
            executor.execute(() -> run(code));
        } catch (Throwable e) {
            failed(e);
            throw e;
        }
    }

    /** Executes the code once the generation is started; what its executor throws then is logged, and fails the generation. */
    void executeAfter(CompletableFuture<EventId> started, Executor executor, SseGeneration.Code code) {
        started.thenRun(() -> {
            try {
                CompletableFuture.runAsync(() -> execute(executor, code), starts);
            } catch (Throwable e) { // a rejection, or an error for want of memory or threads
                GenerationThreads.execute(() -> failed(e)); // not on the store's thread
            }
        });
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

    /** @param missing the failure of the first event that is not kept; null if all are kept */
    private void returned(@Nullable Throwable missing) {
        if (missing == null) {
            end(SseGeneration.DONE);
        } else {
            failed(missing);
        }
    }

    private void failed(Throwable failure) {
        if (running.isCancelled() || generation.isOver()) {
            Log.debug("generation {} failed after its end", generation.topic(), failure);
            return;
        }
        Log.warn("generation {} failed", generation.topic(), failure);
        end(FailureEvent.DEFAULT);
    }

    private void end(SseEvent last) {
        try {
            generation.last(last);
        } catch (IllegalStateException e) {
            Log.debug("generation {} ended after its hub", generation.topic(), e);
        }
    }

    /**
     * Begins the publish of a last event by this object. That end does not interrupt the code, which may have published
     * it.
     */
    void beginEnd() {
        ends.incrementAndGet();
    }

    /** Records that a last event has failed. Called before the failure is reported to its publisher. */
    void endFailed(Throwable failure) {
        mayHaveEnded |= !(failure instanceof IllegalArgumentException
                || failure instanceof TopicEndedException
                || failure instanceof RejectedExecutionException
                || failure instanceof EventStoreException store && store.isNotKept()); // certainly not kept
        if (ends.decrementAndGet() == 0 && !mayHaveEnded && generation.isComplete()) {
            running.cancel(); // another end was delivered meanwhile
        }
    }

    /**
     * Interrupts the code when the generation has ended, on any node, unless a last event of this object may be the
     * end.
     */
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
