package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A publisher that signals just what a test tells it to, and takes down what it is asked. */
final class HandPublisher implements Flow.Publisher<SseEvent>, Flow.Subscription {
    final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscriber<? super SseEvent>> subscriber = new CompletableFuture<>();
    private final Queue<SseEvent> atOnce;

    /** Signals the first of these events when it is asked first, on the thread that asks, and so on. */
    HandPublisher(SseEvent... atOnce) {
        this.atOnce = new ConcurrentLinkedQueue<>(List.of(atOnce));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> asking) {
        subscriber.complete(asking);
        asking.onSubscribe(this);
    }

    @Override
    public void request(long events) {
        asked.add(events);
        SseEvent next = atOnce.poll();
        if (next != null) {
            subscriber.join().onNext(next);
        }
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
        next(SseEvent.of(data));
    }

    void next(SseEvent event) throws Exception {
        nextAsked();
        subscriber().onNext(event);
    }

    /** Signals an event once it was asked for, and the end, on the event loop of the stream: nothing comes between. */
    void last(String data, SseConnection stream) throws Exception {
        nextAsked();
        Flow.Subscriber<? super SseEvent> to = subscriber();
        ServerFixture.loopOf(stream).execute(() -> {
            to.onNext(SseEvent.of(data));
            to.onComplete();
        });
    }

    void untilCancelled() throws Exception {
        cancelled.get(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
