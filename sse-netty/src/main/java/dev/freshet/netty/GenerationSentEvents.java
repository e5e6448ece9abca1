package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events that a generation has published, and whether they are kept. Thread-safe. */
final class GenerationSentEvents {
    private final CompletableFuture<@Nullable Throwable> settled = new CompletableFuture<>();
    // Guarded by this object.
    private int pending;
    private boolean isAwaited;
    /** The failure of the first event that is not kept, or null. */
    private @Nullable Throwable missing;

    /** Adds an event that the code has given and that was not published. */
    void rejected(Throwable failure) {
        synchronized (this) {
            missing = missing == null ? failure : missing;
        }
    }

    /** Adds an event that is being published, and returns a stage of its own for the caller. */
    CompletionStage<EventId> sent(CompletionStage<EventId> event) {
        synchronized (this) {
            pending++;
        }
        Stages.<EventId>whenComplete(event, (id, failure) -> {
            synchronized (this) {
                pending--;
                if (id == null && missing == null) {
                    missing = Objects.requireNonNullElseGet(
                            failure, () -> new NullPointerException("store: no position"));
                }
            }
            completeIfSettled();
        });
        return event.toCompletableFuture().copy();
    }

    /**
     * Calls the action once, on any thread, when no event is pending, with the failure of the first event that is not
     * kept, or null.
     */
    void whenSettled(Consumer<@Nullable Throwable> action) {
        settled.thenAccept(action);
        synchronized (this) {
            isAwaited = true;
        }
        completeIfSettled();
    }

    /**
     * Returns the event.
     *
     * @throws IllegalArgumentException if it has an id
     */
    static SseEvent requireNoId(SseEvent event) {
        if (Objects.requireNonNull(event, "event").id() != null) {
            throw new IllegalArgumentException(
                    "generation.event.id: \"" + event.id() + "\" (expected: none; clients resume by the hub's ids)");
        }
        return event;
    }

    private void completeIfSettled() {
        Throwable failure;
        synchronized (this) {
            if (pending > 0 || !isAwaited) {
                return;
            }
            failure = missing;
        }
        settled.complete(failure);
    }
}
