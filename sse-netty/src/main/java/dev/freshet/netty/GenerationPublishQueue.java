package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The queue of events that are published before the start of a generation is known. Once the start is known, they are
 * published in their order. Thread-safe.
 */
final class GenerationPublishQueue {
    private static final int MOST_WAITING = 65_536;
    private static final long MOST_BYTES = 16 << 20;

    private record Publish(
            long bytes, Function<EventId, CompletionStage<EventId>> publish, CompletableFuture<EventId> published) {
        void perform(@Nullable EventId start, @Nullable Throwable failure) {
            try {
                CompletionStage<EventId> stage = start == null
                        ? CompletableFuture.failedFuture(Objects.requireNonNull(failure, "failure"))
                        : publish.apply(start);
                Stages.<EventId>whenComplete(stage, (id, failed) -> {
                    if (failed == null) {
                        published.complete(id);
                    } else {
                        published.completeExceptionally(failed);
                    }
                });
            } catch (Throwable e) {
                published.completeExceptionally(e);
            }
        }
    }

    private final CompletableFuture<EventId> started;
    /** The waiting events; null when no event waits any more, and none will. Guarded by this object. */
    private @Nullable Queue<Publish> waiting = new ArrayDeque<>();

    private long bytes;

    GenerationPublishQueue(CompletableFuture<EventId> started) {
        this.started = started;
        Stages.<EventId>whenComplete(started, this::begin);
    }

    /** Publishes the events one after the other, including those that are added meanwhile. */
    private void begin(@Nullable EventId start, @Nullable Throwable failure) {
        for (Publish next = next(); next != null; next = next()) {
            next.perform(start, failure);
        }
    }

    private synchronized @Nullable Publish next() {
        Publish next = waiting == null ? null : waiting.poll();
        waiting = next == null ? null : waiting;
        bytes -= next == null ? 0 : next.bytes();
        return next;
    }

    private static long bytes(@Nullable String text) {
        return text == null ? 0 : 2L * text.length();
    }

    /** Publishes an event, at once if none waits. The stage fails if too many events wait, or too many bytes. */
    CompletionStage<EventId> take(SseEvent event, Function<EventId, CompletionStage<EventId>> publish) {
        synchronized (this) {
            if (waiting != null) {
                long more = bytes(event.data()) + bytes(event.type()) + bytes(event.comment());
                if (waiting.size() >= MOST_WAITING || bytes > 0 && bytes + more > MOST_BYTES) {
                    return CompletableFuture.failedFuture(new RejectedExecutionException("generation: " + waiting.size()
                            + " events of " + bytes + " bytes wait for its start (expected: at most " + MOST_WAITING
                            + " of " + MOST_BYTES + ")"));
                }
                Publish last = new Publish(more, publish, new CompletableFuture<>());
                waiting.add(last);
                bytes += more;
                return last.published();
            }
        }
        return started.isCompletedExceptionally() ? started.copy() : publish.apply(started.join());
    }
}
