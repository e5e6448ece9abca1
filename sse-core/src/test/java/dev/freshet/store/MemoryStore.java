package dev.freshet.store;

import dev.freshet.event.EventId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for several hubs, with the faults that a test orders. Its ids are no times. It delivers an entry to all tails
 * before the next one. {@link #asynchronous} completes appends and delivers on threads of its own; else both happen on the thread
 * that appends, before the append returns. Thread-safe.
 */
public final class MemoryStore implements EventStore, AutoCloseable {
    private static final long MILLIS = 1;
    private static final int SHIFT = 32;
    private static final long FIRST_INCARNATION = 7;

    /** @param place the number of the entry among all that were kept; unlike the id it never goes back */
    record Kept(long place, EventId id, long time, StoredEntry entry) {}

    private final MemoryTails tails;
    private final Executor answering;

    // Guarded by this.
    private final List<Kept> kept = new ArrayList<>();
    private final Map<String, EventId> idsByKey = new HashMap<>();
    private final List<Runnable> heldAnswers = new ArrayList<>();
    private boolean areAnswersHeld;
    private long places;
    private long count;
    private long incarnation = FIRST_INCARNATION;
    private EventId floor = id(0);
    private @Nullable RuntimeException failure;
    private Predicate<StoredEntry> failsOnce = none -> false;
    private Predicate<StoredEntry> failsOnceKept = none -> false;

    /** Creates a store that completes appends and delivers on the thread that appends. */
    public MemoryStore() {
        this(Runnable::run, Runnable::run);
    }

    private MemoryStore(Executor delivering, Executor answering) {
        this.tails = new MemoryTails(delivering);
        this.answering = answering;
    }

    /** Creates a store that completes appends on one thread and delivers on another one, until it is closed. */
    public static MemoryStore asynchronous() {
        return new MemoryStore(thread("memory-store-tail"), thread("memory-store-append"));
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private EventId id(long number) {
        return new EventId(MILLIS, number << SHIFT | incarnation);
    }

    /** Keeps nothing and begins no tail from now on, and fails so; null ends that. */
    public synchronized void failWith(@Nullable RuntimeException cause) {
        failure = cause;
    }

    /** Fails the next such entry, and does not keep it. */
    public synchronized void failOnce(Predicate<StoredEntry> which) {
        failsOnce = which;
    }

    /** Keeps and delivers the next such entry, and fails its append all the same, with an unknown outcome. */
    public synchronized void failOnceKept(Predicate<StoredEntry> which) {
        failsOnceKept = which;
    }

    /** Keeps and delivers from now on, and completes no append. */
    public synchronized void holdAnswers() {
        areAnswersHeld = true;
    }

    /** Completes an append that is held, the oldest of them being number 0; the numbers of the others stay. */
    public synchronized void answer(int number) {
        answering.execute(heldAnswers.set(number, () -> {}));
    }

    /** Completes the appends that are held, and holds no more. */
    public synchronized void releaseAnswers() {
        areAnswersHeld = false;
        heldAnswers.forEach(answering::execute);
        heldAnswers.clear();
    }

    /** Keeps from now on, and delivers nothing: all tails are disconnected. */
    public synchronized void holdTails() {
        tails.hold();
    }

    /** Delivers what is held, and all that comes. */
    public synchronized void releaseTails() {
        tails.release();
    }

    /**
     * Trims all that it keeps, as a retention does. Tails that are held are told that they lost what they have not
     * delivered; others are told nothing.
     *
     * @return the position at which a later history begins
     */
    public synchronized EventId trim() {
        kept.clear();
        floor = id(count);
        if (tails.dropHeld()) {
            tails.lost(places++, floor);
        }
        return floor;
    }

    /**
     * Trims all that it keeps, and an entry that no hub has seen: all tails were disconnected meanwhile.
     *
     * @return the position at which the history begins
     */
    public synchronized EventId trimUnseen() {
        kept.clear();
        tails.dropHeld();
        floor = id(++count);
        tails.lost(places++, floor);
        return floor;
    }

    /**
     * Loses all that it keeps, and an entry that no hub has seen, and begins another incarnation.
     *
     * @return the position at which that begins
     */
    public synchronized EventId lose() {
        idsByKey.clear();
        incarnation++;
        return trimUnseen();
    }

    /** Gives the ids of the latest entries again to the next ones, which no store may do. */
    public synchronized void regress(int entries) {
        count -= entries;
    }

    public int tails() {
        return tails.count();
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
    public synchronized CompletionStage<EventId> append(StoredEntry entry, String key) {
        EventId earlier = idsByKey.get(key);
        if (failure != null) {
            return answer(null, failure);
        }
        if (earlier != null) {
            return answer(earlier, null);
        }
        if (failsOnce.test(entry)) {
            failsOnce = none -> false;
            return answer(null, new IOException("full"));
        }
        Kept next = new Kept(places++, id(++count), System.currentTimeMillis(), entry);
        kept.add(next);
        idsByKey.put(key, next.id());
        tails.entry(next);
        if (failsOnceKept.test(entry)) {
            failsOnceKept = none -> false;
            return answer(null, new EventStoreException("store: no answer", null, false));
        }
        return answer(next.id(), null);
    }

    private CompletionStage<EventId> answer(@Nullable EventId id, @Nullable Throwable failed) {
        CompletableFuture<EventId> answer = new CompletableFuture<>();
        Runnable action = failed == null ? () -> answer.complete(id) : () -> answer.completeExceptionally(failed);
        if (areAnswersHeld) {
            heldAnswers.add(action);
        } else {
            answering.execute(action);
        }
        return answer;
    }

    @Override
    public boolean isIdempotent() {
        return true;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public synchronized CompletionStage<Tail> tail(Sink sink) {
        CompletableFuture<Tail> begun = new CompletableFuture<>();
        if (failure != null) {
            begun.completeExceptionally(failure);
        } else {
            tails.run(() -> begin(sink, begun));
        }
        return begun;
    }

    private void begin(Sink sink, CompletableFuture<Tail> begun) {
        EventId start;
        List<Kept> history;
        long next;
        synchronized (this) {
            start = floor;
            history = List.copyOf(kept);
            next = places;
        }
        try {
            if (isLoaded(sink, start, history)) {
                begun.complete(tails.add(sink, next));
            } else {
                begun.completeExceptionally(new CancellationException("not needed any more"));
            }
        } catch (RuntimeException e) {
            begun.completeExceptionally(e);
        }
    }

    private static boolean isLoaded(Sink sink, EventId start, List<Kept> history) {
        if (sink.isOver()) {
            return false;
        }
        sink.begins(start);
        for (Kept each : history) {
            if (sink.isOver()) {
                return false;
            }
            sink.entry(each.id(), each.time(), each.entry());
        }
        return true;
    }

    /** Ends the threads of an asynchronous store, whose hubs are closed before. */
    @Override
    public void close() {
        tails.end();
        end(answering);
    }

    static void end(Executor thread) {
        if (thread instanceof ExecutorService service) {
            service.shutdown();
        }
    }
}
