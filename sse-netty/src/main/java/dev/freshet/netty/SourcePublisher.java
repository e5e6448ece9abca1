package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** The publisher of what plain code emits: each subscriber's code is run for it alone. Thread-safe. */
record SourcePublisher(Executor executor, SseSource source) implements Flow.Publisher<SseEvent> {
    /** Throws what a full executor throws; one that runs the code on the calling thread, an event loop, is full, too. */
    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> subscriber) {
        Emission emission = new Emission(subscriber);
        subscriber.onSubscribe(emission);
        Thread caller = Thread.currentThread();
        boolean[] refused = {false};
        executor.execute(() -> {
            if (Thread.currentThread() == caller) {
                refused[0] = true;
            } else {
                emission.run(source);
            }
        });
        if (refused[0]) {
            throw new RejectedExecutionException(
                    "executor: ran the source on the calling thread (expected: a thread of its own)");
        }
    }
}
