package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store in memory for several hubs; it delivers on the thread that appends. Thread-safe. */
final class SharedStore implements EventStore {
    /** Far ahead, so that no event is too old to be retained. */
    private static final long MILLIS = Long.MAX_VALUE / 2;

    private record Kept(EventId id, StoredEntry entry) {}

    private final List<Kept> kept = new ArrayList<>();
    private final List<Sink> sinks = new ArrayList<>();
    private long count;
    private @Nullable RuntimeException failure;

    /** From now on nothing is kept. */
    synchronized void failWith(RuntimeException cause) {
        failure = cause;
    }

    /** Loses what it keeps, and an event that no hub has seen. */
    synchronized EventId trim() {
        kept.clear();
        EventId floor = new EventId(MILLIS, ++count);
        List.copyOf(sinks).forEach(sink -> sink.trimmed(floor));
        return floor;
    }

    synchronized int tails() {
        return sinks.size();
    }

    @Override
    public synchronized CompletionStage<EventId> append(StoredEntry entry) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        Kept next = new Kept(new EventId(MILLIS, ++count), entry);
        kept.add(next);
        List.copyOf(sinks).forEach(sink -> sink.entry(next.id(), next.entry()));
        return CompletableFuture.completedFuture(next.id());
    }

    @Override
    public synchronized CompletionStage<Tail> tail(@Nullable EventId after, Sink sink) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        for (Kept event : kept) {
            if (after == null || event.id().compareTo(after) > 0) {
                sink.entry(event.id(), event.entry());
            }
        }
        sinks.add(sink);
        return CompletableFuture.completedFuture(() -> end(sink));
    }

    private synchronized void end(Sink sink) {
        sinks.remove(sink);
    }
}
