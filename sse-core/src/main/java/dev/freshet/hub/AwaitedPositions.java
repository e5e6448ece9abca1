package dev.freshet.hub;

import dev.freshet.event.EventId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The waits for positions that the logs have not reached yet. Thread-safe.
 *
 * <p><b>Ordering.</b> A wait is added before its thread reads the published mark, and the mark is moved before its
 * thread reads the waits: at least one of the two threads therefore reads what the other has written.
 */
final class AwaitedPositions {
    /** @param isEntry whether the position is that of an entry, which the tail is to deliver */
    private record Awaited(EventId position, boolean isEntry, long number, CompletableFuture<Void> reached) {}

    /** Positions that the tail has passed without an entry: above the first, and up to the second. */
    private record Gap(EventId after, EventId upTo) {
        boolean has(EventId position) {
            return position.compareTo(after) > 0 && position.compareTo(upTo) <= 0;
        }
    }

    /** The failure of a wait for a lost entry; without a stack trace, because many are created at once. */
    private static final class Lost extends IOException {
        private static final long serialVersionUID = 1L;

        Lost(EventId position) {
            super("store: lost " + position + ", which it had acknowledged");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    private static final EventId BEFORE_ALL = new EventId(0, 0);
    private static final int MOST_GAPS = 64;

    private final ConcurrentSkipListSet<Awaited> waiting =
            new ConcurrentSkipListSet<>(Comparator.comparing(Awaited::position).thenComparingLong(Awaited::number));
    private final AtomicLong numbers = new AtomicLong();
    private final Supplier<EventId> latest;
    /** The gaps, the oldest first; over the bound the oldest are merged. Written by the tail's thread. */
    private volatile List<Gap> gaps = List.of();
    /** The reason why no further position will be reached, or null. */
    private volatile @Nullable RuntimeException failure;

    AwaitedPositions(Supplier<EventId> latest) {
        this.latest = latest;
    }

    /**
     * Returns a future that completes once the logs have reached a position, and fails if they never will. A caller
     * that stops waiting completes it.
     */
    CompletableFuture<Void> reached(EventId position) {
        return reached(position, false);
    }

    /**
     * Returns a future as {@link #reached(EventId)} does, for an entry. It fails if the tail has passed the position
     * without delivering its entry.
     */
    CompletableFuture<Void> delivered(EventId position) {
        return reached(position, true);
    }

    /**
     * Notes that the tail will not deliver the entries above the first position and up to the second. Called before the
     * logs reach the second.
     */
    void lost(EventId after, EventId upTo) {
        List<Gap> all = new ArrayList<>(gaps);
        all.add(new Gap(after, upTo));
        if (all.size() > MOST_GAPS) {
            all.remove(0);
            all.set(0, new Gap(BEFORE_ALL, all.get(0).upTo()));
        }
        gaps = List.copyOf(all);
    }

    private CompletableFuture<Void> reached(EventId position, boolean isEntry) {
        Awaited one = new Awaited(position, isEntry, numbers.incrementAndGet(), new CompletableFuture<>());
        waiting.add(one);
        one.reached().whenComplete((v, failure) -> waiting.remove(one));
        completeReached();
        RuntimeException over = failure; // read after the wait was added, like the mark
        if (over != null) {
            one.reached().completeExceptionally(over);
        }
        return one.reached();
    }

    /** Completes the waits for positions that are reached. Called after each move of the published mark. */
    void completeReached() {
        if (waiting.isEmpty()) {
            return;
        }
        EventId newest = latest.get();
        for (Awaited one : waiting) {
            if (one.position().compareTo(newest) > 0) {
                return;
            }
            settle(one);
        }
    }

    private void settle(Awaited one) {
        if (one.isEntry() && gaps.stream().anyMatch(gap -> gap.has(one.position()))) {
            one.reached().completeExceptionally(new Lost(one.position()));
        } else {
            one.reached().complete(null);
        }
    }

    /** Fails all waits, also later ones. */
    void fail(RuntimeException why) {
        failure = why;
        waiting.forEach(one -> one.reached().completeExceptionally(why));
    }
}
