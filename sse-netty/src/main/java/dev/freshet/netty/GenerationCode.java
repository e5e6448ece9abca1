package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs the code that publishes a generation: its end is that of the generation, and the other way round. Thread-safe. */
final class GenerationCode {
    private final SseGeneration generation;
    private final GenerationSentEvents events;
    private final InterruptibleThreads running = new InterruptibleThreads();
    /** The last events of this object's own that may be the end. */
    private final AtomicInteger ends = new AtomicInteger();

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

    /** The code has returned, and what it published is kept, but for what is missing. */
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
