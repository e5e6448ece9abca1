package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The waits of clients for the start of a generation. A wait that ends earlier is removed. Thread-safe.
 * <p><b>Ordering.</b> A wait is added before its thread reads whether the start has completed, and the start completes
 * before its thread reads the waits. At least one of the two threads therefore reads what the other has written.
 */
final class ReplyAwaitedStart {
    private final CompletableFuture<EventId> started;
    private final Set<CompletableFuture<EventId>> waiting = ConcurrentHashMap.newKeySet();

    ReplyAwaitedStart(CompletableFuture<EventId> started) {
        this.started = started;
        Stages.<EventId>whenComplete(started, (start, failure) -> waiting.forEach(this::complete));
    }

    boolean isKnown() {
        return started.isDone() && !started.isCompletedExceptionally();
    }

    /** Returns a future of the start for one client; a caller that stops waiting completes it. */
    CompletableFuture<EventId> await() {
        CompletableFuture<EventId> one = new CompletableFuture<>();
        waiting.add(one);
        one.whenComplete((start, failure) -> waiting.remove(one));
        if (started.isDone()) {
            complete(one);
        }
        return one;
    }

    /** Completes a wait for a start that has completed or failed. */
    private void complete(CompletableFuture<EventId> one) {
        started.whenComplete((start, failure) -> {
            if (failure == null) {
                one.complete(start);
            } else {
                one.completeExceptionally(failure);
            }
        });
    }

    /** Returns the state of the topic; unknown if it was removed, or another generation was started on it. */
    TopicStats stats(SseHub hub, String topic) {
        TopicStats known = hub.topic(topic);
        EventId start = started.isCompletedExceptionally() ? null : started.getNow(null);
        return start != null && start.equals(known.start()) ? known : new TopicStats(TopicState.UNKNOWN, null, 0);
    }

    /** Returns the number of clients that wait. */
    int waiting() {
        return waiting.size();
    }
}
