package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.store.EventStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store that keeps an event only where a test lets it. */
final class FailingStore implements EventStore {
    boolean keeps;
    /** What it throws, where that is no exception, instead of failing as it should. */
    @Nullable
    Error error;

    @Override
    public CompletionStage<EventId> append(String topic, SseEvent event) {
        if (error != null) {
            throw error;
        }
        return keeps
                ? CompletableFuture.completedFuture(new EventId(1, 0))
                : CompletableFuture.failedFuture(new IllegalStateException("store: full"));
    }

    @Override
    public CompletionStage<Tail> tail(@Nullable EventId after, Sink sink) {
        return CompletableFuture.completedFuture(() -> {});
    }
}
