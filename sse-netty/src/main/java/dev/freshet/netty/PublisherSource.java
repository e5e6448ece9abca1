package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** The publisher of the events of a source, which is run once for each subscriber. Thread-safe. */
record PublisherSource(Executor executor, SseSource source) implements Flow.Publisher<SseEvent> {
    /**
     * Submits a run of the source to the executor; throws what the executor throws. An executor that runs the task on
     * the calling thread, which is an event loop, counts as one that rejects it. If it does so after this call, the
     * stream fails.
     */
    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> subscriber) {
        PublisherEmitter emitter = new PublisherEmitter(subscriber);
        subscriber.onSubscribe(emitter);
        Thread caller = Thread.currentThread();
        boolean[] subscribing = {true};
        boolean[] rejected = {false};
        executor.execute(() -> {
            if (Thread.currentThread() != caller) {
                emitter.run(source);
            } else if (subscribing[0]) {
                rejected[0] = true;
            } else {
                emitter.run(ignored -> {
                    throw rejection();
                });
            }
        });
        subscribing[0] = false;
        if (rejected[0]) {
            throw rejection();
        }
    }

    private static RejectedExecutionException rejection() {
        return new RejectedExecutionException(
                "executor: ran the source on the calling thread (expected: a thread of its own)");
    }
}
