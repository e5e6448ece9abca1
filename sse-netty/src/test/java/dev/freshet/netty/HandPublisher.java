package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A publisher that signals just what a test tells it to, and takes down what it is asked. */
final class HandPublisher implements Flow.Publisher<SseEvent>, Flow.Subscription {
    final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscriber<? super SseEvent>> subscriber = new CompletableFuture<>();

    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> asking) {
        subscriber.complete(asking);
        asking.onSubscribe(this);
    }

    @Override
    public void request(long events) {
        asked.add(events);
    }

    @Override
    public void cancel() {
        cancelled.complete(null);
    }

    /** Waits for one. */
    Flow.Subscriber<? super SseEvent> subscriber() throws Exception {
        return subscriber.get(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until it is asked for more. */
    long nextAsked() throws InterruptedException {
        Long events = asked.poll(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(events).as("what was asked for").isNotNull();
        return Objects.requireNonNull(events);
    }

    /** Signals an event once it was asked for. */
    void next(String data) throws Exception {
        nextAsked();
        subscriber().onNext(SseEvent.of(data));
    }

    void untilCancelled() throws Exception {
        cancelled.get(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
