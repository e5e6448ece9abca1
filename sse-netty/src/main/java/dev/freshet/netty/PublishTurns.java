package dev.freshet.netty;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Publishes what comes before the start of a generation is known once it is, each behind the one before. Thread-safe. */
final class PublishTurns {
    /** With the start, once all that came has begun to be published. Guarded by this object. */
    private CompletableFuture<EventId> last;

    PublishTurns(CompletableFuture<EventId> started) {
        this.last = started;
    }

    /** Publishes at once where nothing waits. */
    CompletionStage<EventId> take(Function<EventId, CompletionStage<EventId>> publish) {
        CompletableFuture<EventId> begun = new CompletableFuture<>();
        CompletableFuture<EventId> before;
        synchronized (this) {
            before = last;
            if (!before.isDone()) {
                last = begun;
            }
        }
        if (before.isDone() && !before.isCompletedExceptionally()) {
            return publish.apply(before.join());
        }
        CompletionStage<CompletionStage<EventId>> published = before.handle((start, refused) -> {
            try {
                return start == null ? CompletableFuture.<EventId>failedFuture(refused) : publish.apply(start);
            } finally {
                if (start == null) {
                    begun.completeExceptionally(refused);
                } else {
                    begun.complete(start);
                }
            }
        });
        return published.thenCompose(stage -> stage);
    }
}
