package dev.freshet.hub;

import dev.freshet.event.EventId;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits until the logs have come as far as a position. Who comes to wait looks at the logs behind that, and who moves them on
 * looks here behind that: one of the two sees the other. Thread-safe.
 */
final class AwaitedPlaces {
    private record Awaited(EventId place, long number, CompletableFuture<Void> reached) {}

    private final ConcurrentSkipListSet<Awaited> waiting =
            new ConcurrentSkipListSet<>(Comparator.comparing(Awaited::place).thenComparingLong(Awaited::number));
    private final AtomicLong numbers = new AtomicLong();
    private final Supplier<EventId> latest;
    /** Why nothing more will come; or null. */
    private volatile @Nullable RuntimeException failure;

    AwaitedPlaces(Supplier<EventId> latest) {
        this.latest = latest;
    }

    /** Completes once the logs have come as far, and fails where they never will; who stops waiting completes it. */
    CompletableFuture<Void> reached(EventId place) {
        Awaited one = new Awaited(place, numbers.incrementAndGet(), new CompletableFuture<>());
        waiting.add(one);
        one.reached().whenComplete((v, failure) -> waiting.remove(one));
        tell();
        RuntimeException over = failure; // behind that it waits: one of the two sees the other
        if (over != null) {
            one.reached().completeExceptionally(over);
        }
        return one.reached();
    }

    /** Behind each change of what is newest. */
    void tell() {
        if (waiting.isEmpty()) {
            return;
        }
        EventId newest = latest.get();
        for (Awaited one : waiting) {
            if (one.place().compareTo(newest) > 0) {
                return;
            }
            one.reached().complete(null);
        }
    }

    /** Nothing more will come. */
    void fail(RuntimeException why) {
        failure = why;
        waiting.forEach(one -> one.reached().completeExceptionally(why));
    }
}
