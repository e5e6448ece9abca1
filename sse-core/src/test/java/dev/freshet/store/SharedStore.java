package dev.freshet.store;

import dev.freshet.event.EventId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in memory for several hubs, whose ids are no times; it delivers on the thread that appends, one entry to all before the
 * next. Thread-safe.
 */
public final class SharedStore implements EventStore {
    private static final Logger logger = LoggerFactory.getLogger(SharedStore.class);

    private static final long MILLIS = 1;
    private static final int SHIFT = 32;
    private static final long INCARNATION = 7;

    private record Kept(EventId id, long time, StoredEntry entry) {}

    private final List<Kept> kept = new ArrayList<>();
    private final List<Sink> sinks = new ArrayList<>();
    private final Queue<Kept> toDeliver = new ArrayDeque<>();
    private boolean delivering;
    private long count;
    private EventId floor = id(0);
    private @Nullable RuntimeException failure;
    private Predicate<StoredEntry> failsOnce = none -> false;

    private EventId id(long number) {
        return new EventId(MILLIS, number << SHIFT | INCARNATION);
    }

    /** From now on nothing is kept, unless null. */
    public synchronized void failWith(@Nullable RuntimeException cause) {
        failure = cause;
    }

    /** The next such entry is not kept. */
    public synchronized void failOnce(Predicate<StoredEntry> which) {
        failsOnce = which;
    }

    /** Loses what it keeps, and an event that no hub has seen. */
    public synchronized EventId trim() {
        kept.clear();
        floor = id(++count);
        List.copyOf(sinks).forEach(sink -> sink.lost(floor));
        return floor;
    }

    public synchronized int tails() {
        return sinks.size();
    }

    @Override
    public synchronized CompletionStage<EventId> append(StoredEntry entry, String key) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        if (failsOnce.test(entry)) {
            failsOnce = none -> false;
            return CompletableFuture.failedFuture(new IOException("full"));
        }
        Kept next = new Kept(id(++count), System.currentTimeMillis(), entry);
        kept.add(next);
        toDeliver.add(next);
        deliver();
        return CompletableFuture.completedFuture(next.id());
    }

    /** Who is told of an entry may append another. */
    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            for (Kept next = toDeliver.poll(); next != null; next = toDeliver.poll()) {
                Kept each = next;
                List.copyOf(sinks).forEach(sink -> deliver(each, sink));
            }
        } finally {
            delivering = false;
        }
    }

    private static void deliver(Kept kept, Sink sink) {
        try {
            sink.entry(kept.id(), kept.time(), kept.entry());
        } catch (RuntimeException e) {
            logger.warn("entry {} was not taken", kept.id(), e);
        }
    }

    /** How many entries there are of a kind. */
    public synchronized long count(StoredEntry.Kind kind) {
        return kept.stream().filter(each -> each.entry().kind() == kind).count();
    }

    /** How many entries of a topic there are of a kind. */
    public synchronized long count(StoredEntry.Kind kind, String topic) {
        return kept.stream()
                .filter(each ->
                        each.entry().kind() == kind && each.entry().topic().equals(topic))
                .count();
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
        if (!isLoaded(sink)) {
            return CompletableFuture.failedFuture(new CancellationException("not needed any more"));
        }
        sinks.add(sink);
        return CompletableFuture.completedFuture(() -> end(sink));
    }

    private boolean isLoaded(Sink sink) {
        if (sink.isOver()) {
            return false;
        }
        sink.begins(floor);
        for (Kept each : kept) {
            if (sink.isOver()) {
                return false;
            }
            sink.entry(each.id(), each.time(), each.entry());
        }
        return true;
    }

    private synchronized void end(Sink sink) {
        sinks.remove(sink);
    }
}
