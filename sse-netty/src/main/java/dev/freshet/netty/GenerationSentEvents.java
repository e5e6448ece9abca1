package dev.freshet.netty;

import dev.freshet.event.EventId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether the events of a generation are kept. Thread-safe. */
final class GenerationSentEvents {
    private final CompletableFuture<@Nullable Throwable> settled = new CompletableFuture<>();
    // Guarded by this object.
    private int onTheWay;
    private boolean isAwaited;
    private @Nullable Throwable missing;

    /** One more is on the way; returns it. */
    CompletionStage<EventId> sent(CompletionStage<EventId> event) {
        synchronized (this) {
            onTheWay++;
        }
        Stages.<EventId>whenComplete(event, (id, failure) -> {
            synchronized (this) {
                onTheWay--;
                if (id == null && missing == null) {
                    missing = Objects.requireNonNullElseGet(
                            failure, () -> new NullPointerException("store: no position"));
                }
            }
            lookWhetherSettled();
        });
        return event;
    }

    /** Calls the action once nothing is on the way, with why the first event is missing that is, or null; once, by any thread. */
    void whenSettled(Consumer<@Nullable Throwable> action) {
        settled.thenAccept(action);
        synchronized (this) {
            isAwaited = true;
        }
        lookWhetherSettled();
    }

    private void lookWhetherSettled() {
        Throwable why;
        synchronized (this) {
            if (onTheWay > 0 || !isAwaited) {
                return;
            }
            why = missing;
        }
        settled.complete(why);
    }
}
