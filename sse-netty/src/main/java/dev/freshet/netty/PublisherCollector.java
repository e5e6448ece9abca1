package dev.freshet.netty;

import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The subscriber that collects the events of a publisher without a connection, for tests of an endpoint. Its publisher
 * signals on one thread at a time (Reactive Streams 1.3). Signals after the first end are dropped.
 */
final class PublisherCollector implements Flow.Subscriber<SseEvent>, PublisherEmitter.Checking {
    private final int most;
    private final FailureEvent failures;
    private final List<SseEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<List<SseEvent>> all = new CompletableFuture<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();

    /** Set before the subscription is cancelled, which may signal again. */
    private final AtomicBoolean ended = new AtomicBoolean();

    PublisherCollector(int most, FailureEvent failures) {
        this.most = most;
        this.failures = failures;
    }

    /** Subscribes once and returns the events. */
    CompletionStage<List<SseEvent>> subscribeTo(Flow.Publisher<SseEvent> publisher) {
        try {
            publisher.subscribe(this);
        } catch (Throwable e) {
            if (!ended.getAndSet(true)) {
                all.completeExceptionally(e);
            }
        }
        return all;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (!subscription.compareAndSet(null, Objects.requireNonNull(given, "subscription"))) {
            given.cancel();
            return;
        }
        try {
            given.request(most);
        } catch (Throwable e) {
            brokenBy(e);
        }
    }

    @Override
    public void onNext(SseEvent event) {
        if (ended.get()) {
            return;
        }
        try {
            check(Objects.requireNonNull(event, "publisher: signalled null (expected: an event)"));
        } catch (IllegalArgumentException | NullPointerException broken) {
            brokenBy(broken);
            return;
        }
        events.add(event);
        if (events.size() == most && !ended.getAndSet(true)) {
            cancel();
            complete();
        }
    }

    /** Throws an IllegalArgumentException if the event has an id that no client could send back. */
    @Override
    public void check(SseEvent event) {
        if (event.id() != null) {
            LastEventId.check(event.id(), LastEventId.MAX_BYTES);
        }
    }

    /** Fails the stream, whose subscription is still active. */
    private void brokenBy(Throwable failure) {
        if (!ended.getAndSet(true)) {
            cancel();
            fail(failure);
        }
    }

    private void cancel() {
        Flow.Subscription given = subscription.get();
        if (given != null) {
            PublisherSubscriber.cancel(given);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!ended.getAndSet(true)) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        Log.warn("publisher failed", failure);
        SseEvent last = failures.of(failure, this::check);
        if (last != null) {
            events.add(last);
        }
        complete();
    }

    @Override
    public void onComplete() {
        if (!ended.getAndSet(true)) {
            complete();
        }
    }

    private void complete() {
        all.complete(List.copyOf(events));
    }
}
