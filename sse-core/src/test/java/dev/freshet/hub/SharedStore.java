package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.store.EventStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store in memory for several hubs; it delivers on the thread that appends. Thread-safe. */
final class SharedStore implements EventStore {
    /** Far ahead, so that no event is too old to be retained. */
    private static final long MILLIS = Long.MAX_VALUE / 2;

    private record Kept(String topic, EventId id, SseEvent event) {}

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
    public synchronized CompletionStage<EventId> append(String topic, SseEvent event) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        Kept next = new Kept(topic, new EventId(MILLIS, ++count), event);
        kept.add(next);
        List.copyOf(sinks).forEach(sink -> sink.event(next.topic(), next.id(), next.event()));
        return CompletableFuture.completedFuture(next.id());
    }

    @Override
    public synchronized CompletionStage<Tail> tail(@Nullable EventId after, Sink sink) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        for (Kept event : kept) {
            if (after == null || event.id().compareTo(after) > 0) {
                sink.event(event.topic(), event.id(), event.event());
            }
        }
        sinks.add(sink);
        return CompletableFuture.completedFuture(() -> end(sink));
    }

    private synchronized void end(Sink sink) {
        sinks.remove(sink);
    }
}
