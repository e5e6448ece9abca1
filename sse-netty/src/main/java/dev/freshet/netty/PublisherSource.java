package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** The publisher of what plain code emits: each subscriber's code is run for it alone. Thread-safe. */
record PublisherSource(Executor executor, SseSource source) implements Flow.Publisher<SseEvent> {
    /**
     * Throws what a full executor throws; one that runs the code on the calling thread, an event loop, is full, too. One
     * that does so only later fails the stream.
     */
    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> subscriber) {
        PublisherEmitter emission = new PublisherEmitter(subscriber);
        subscriber.onSubscribe(emission);
        Thread caller = Thread.currentThread();
        boolean[] subscribing = {true};
        boolean[] refused = {false};
        executor.execute(() -> {
            if (Thread.currentThread() != caller) {
                emission.run(source);
            } else if (subscribing[0]) {
                refused[0] = true;
            } else {
                emission.run(emitter -> {
                    throw refusal();
                });
            }
        });
        subscribing[0] = false;
        if (refused[0]) {
            throw refusal();
        }
    }

    private static RejectedExecutionException refusal() {
        return new RejectedExecutionException(
                "executor: ran the source on the calling thread (expected: a thread of its own)");
    }
}
