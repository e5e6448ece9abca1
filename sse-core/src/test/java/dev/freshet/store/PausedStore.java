package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store as a node has it that is paused from time to time: then nothing goes there, and nothing comes. Thread-safe. */
public final class PausedStore extends DelegatingStore {
    private final Queue<Runnable> toAppend = new ArrayDeque<>();
    private final Queue<Runnable> toBring = new ArrayDeque<>();
    private boolean paused;

    /** One that is not paused yet. */
    public PausedStore(EventStore store) {
        super(store);
    }

    /** From now on all waits. */
    public synchronized void pause() {
        paused = true;
    }

    /** What waits to go there goes, behind what others have appended meanwhile; then what came meanwhile is brought. */
    public void goOn() {
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    /** What comes meanwhile waits behind. */
    private synchronized @Nullable Runnable next() {
        Runnable next = toAppend.isEmpty() ? toBring.poll() : toAppend.remove();
        paused = next != null;
        return next;
    }

    private void does(Queue<Runnable> queue, Runnable action) {
        synchronized (this) {
            if (paused) {
                queue.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        CompletableFuture<EventId> appended = new CompletableFuture<>();
        does(toAppend, () -> store.append(entry, key).whenComplete((id, failure) -> {
            if (id == null) {
                appended.completeExceptionally(failure);
            } else {
                appended.complete(id);
            }
        }));
        return appended;
    }

    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        return store.tail(new Sink() {
            @Override
            public void begins(EventId floor) {
                does(toBring, () -> sink.begins(floor));
            }

            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                does(toBring, () -> sink.entry(id, time, entry));
            }

            @Override
            public void lost(EventId floor) {
                does(toBring, () -> sink.lost(floor));
            }
        });
    }
}
