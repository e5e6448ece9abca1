package dev.freshet.netty;

import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The subscriber that collects the events of a publisher without a connection, for tests of an endpoint. Its publisher
 * signals on one thread at a time (Reactive Streams 1.3).
 */
final class PublisherCollector implements Flow.Subscriber<SseEvent> {
    private final int most;
    private final FailureEvent failures;
    private final List<SseEvent> events = new ArrayList<>();
    private final CompletableFuture<List<SseEvent>> all = new CompletableFuture<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();

    PublisherCollector(int most, FailureEvent failures) {
        this.most = most;
        this.failures = failures;
    }

    /** Subscribes once and returns the events. */
    CompletionStage<List<SseEvent>> subscribeTo(Flow.Publisher<SseEvent> publisher) {
        try {
            publisher.subscribe(this);
        } catch (Throwable e) {
            all.completeExceptionally(e);
        }
        return all;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (subscription.compareAndSet(null, Objects.requireNonNull(given, "subscription"))) {
            given.request(most);
        } else {
            given.cancel();
        }
    }

    @Override
    public void onNext(SseEvent event) {
        if (all.isDone()) {
            return;
        }
        try {
            check(Objects.requireNonNull(event, "publisher: signalled null (expected: an event)"));
        } catch (IllegalArgumentException | NullPointerException broken) {
            cancel();
            onError(broken);
            return;
        }
        events.add(event);
        if (events.size() == most) {
            cancel();
            onComplete();
        }
    }

    /** Throws an IllegalArgumentException if the event has an id that no client could send back. */
    private static void check(SseEvent event) {
        if (event.id() != null) {
            LastEventId.check(event.id(), LastEventId.MAX_BYTES);
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
        SseEvent last = all.isDone() ? null : failures.of(failure, PublisherCollector::check);
        if (last != null) {
            events.add(last);
        }
        onComplete();
    }

    @Override
    public void onComplete() {
        all.complete(List.copyOf(events));
    }
}
