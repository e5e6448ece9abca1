package dev.freshet.netty;

import dev.freshet.event.EventId;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Publishes what comes before the start of a generation is known once it is, each behind the one before. Thread-safe. */
final class GenerationTurns {
    private static final int MOST_WAITING = 65_536;

    private record Turn(Function<EventId, CompletionStage<EventId>> publish, CompletableFuture<EventId> published) {
        void take(@Nullable EventId start, @Nullable Throwable refused) {
            try {
                CompletionStage<EventId> stage = start == null
                        ? CompletableFuture.failedFuture(Objects.requireNonNull(refused, "refused"))
                        : publish.apply(start);
                Stages.<EventId>whenComplete(stage, (id, failure) -> {
                    if (failure == null) {
                        published.complete(id);
                    } else {
                        published.completeExceptionally(failure);
                    }
                });
            } catch (Throwable e) {
                published.completeExceptionally(e);
            }
        }
    }

    private final CompletableFuture<EventId> started;
    /** Null once none waits, and none will. Guarded by this object. */
    private @Nullable Queue<Turn> waiting = new ArrayDeque<>();

    GenerationTurns(CompletableFuture<EventId> started) {
        this.started = started;
        Stages.<EventId>whenComplete(started, this::begin);
    }

    /** One after the other, those too that come meanwhile. */
    private void begin(@Nullable EventId start, @Nullable Throwable refused) {
        for (Turn next = next(); next != null; next = next()) {
            next.take(start, refused);
        }
    }

    private synchronized @Nullable Turn next() {
        Turn next = waiting == null ? null : waiting.poll();
        waiting = next == null ? null : waiting;
        return next;
    }

    /** Publishes at once where nothing waits; fails where too many wait. */
    CompletionStage<EventId> take(Function<EventId, CompletionStage<EventId>> publish) {
        synchronized (this) {
            if (waiting != null) {
                if (waiting.size() >= MOST_WAITING) {
                    return CompletableFuture.failedFuture(new IllegalStateException(
                            "generation: " + MOST_WAITING + " events wait for its start (expected: fewer)"));
                }
                Turn turn = new Turn(publish, new CompletableFuture<>());
                waiting.add(turn);
                return turn.published();
            }
        }
        return started.isCompletedExceptionally() ? started.copy() : publish.apply(started.join());
    }
}
