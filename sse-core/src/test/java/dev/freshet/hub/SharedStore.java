package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store in memory for several hubs, whose ids are no times; it delivers on the thread that appends. Thread-safe. */
final class SharedStore implements EventStore {
    private static final long MILLIS = 1;
    private static final int SHIFT = 32;
    private static final long INCARNATION = 7;

    private record Kept(EventId id, long time, StoredEntry entry) {}

    private final List<Kept> kept = new ArrayList<>();
    private final List<Sink> sinks = new ArrayList<>();
    private long count;
    private EventId floor = id(0);
    private @Nullable RuntimeException failure;

    private EventId id(long number) {
        return new EventId(MILLIS, number << SHIFT | INCARNATION);
    }

    /** From now on nothing is kept. */
    synchronized void failWith(RuntimeException cause) {
        failure = cause;
    }

    /** Loses what it keeps, and an event that no hub has seen. */
    synchronized EventId trim() {
        kept.clear();
        floor = id(++count);
        List.copyOf(sinks).forEach(sink -> sink.lost(floor));
        return floor;
    }

    synchronized int tails() {
        return sinks.size();
    }

    @Override
    public synchronized CompletionStage<EventId> append(StoredEntry entry, String key) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        Kept next = new Kept(id(++count), System.currentTimeMillis(), entry);
        kept.add(next);
        List.copyOf(sinks).forEach(sink -> sink.entry(next.id(), next.time(), next.entry()));
        return CompletableFuture.completedFuture(next.id());
    }

    @Override
    public boolean isIdempotent() {
        return false;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public synchronized CompletionStage<Tail> tail(Sink sink) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        sink.begins(floor);
        kept.forEach(each -> sink.entry(each.id(), each.time(), each.entry()));
        sinks.add(sink);
        return CompletableFuture.completedFuture(() -> end(sink));
    }

    private synchronized void end(Sink sink) {
        sinks.remove(sink);
    }
}
