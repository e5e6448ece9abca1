package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.StartRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Puts the last event of a generation behind all others, and ends its streams there. Thread-safe. */
final class GenerationEnd {
    private static final int ENDING = 1 << 30;
    private static final int TRIES = 3;

    /**
     * The last event, what its end is, and who waits for its position. Where nobody would try it again, it is its own
     * last chance: the streams end even if it is not kept.
     */
    private record Last(
            SseEvent event, CloseReason reason, boolean isLastChance, CompletableFuture<EventId> published) {
        Last(SseEvent event, CloseReason reason, boolean isLastChance) {
            this(event, reason, isLastChance, new CompletableFuture<>());
        }
    }

    private final SseHub hub;
    private final String topic;
    private final Ending ending = new Ending();
    private final AtomicReference<@Nullable Last> last = new AtomicReference<>();

    /**
     * How many publishes are under way, and {@link #ENDING} more from the completion on: then no other begins, and the
     * last event is published by whoever finds that it was the last. So nothing comes after it, and nobody waits.
     */
    private final AtomicInteger underWay = new AtomicInteger();

    /** The newest position that a publish was given; before the first, the start. */
    private volatile EventId newest;

    GenerationEnd(SseHub hub, String topic, EventId start) {
        this.hub = hub;
        this.topic = topic;
        this.newest = start;
    }

    Ending ending() {
        return ending;
    }

    CompletionStage<EventId> publish(SseEvent event) {
        if (underWay.getAndUpdate(count -> count >= ENDING ? count : count + 1) >= ENDING) {
            throw new IllegalStateException("generation: complete (expected: not yet)");
        }
        AtomicBoolean under = new AtomicBoolean(true);
        try {
            return hub.publish(topic, event).whenComplete((id, failure) -> {
                if (failure == null) {
                    kept(id);
                }
                leave(under);
            });
        } catch (Throwable e) {
            leave(under);
            throw e;
        }
    }

    private synchronized void kept(EventId id) {
        if (id.compareTo(newest) > 0) {
            newest = id;
        }
    }

    /** A publish is no longer under way; once only, whatever its store's stage does. */
    private void leave(AtomicBoolean under) {
        if (!under.getAndSet(false)) {
            return;
        }
        Last due = underWay.decrementAndGet() == ENDING ? last.get() : null;
        if (due != null) {
            try {
                publishLast(due, TRIES);
            } catch (Throwable e) {
                assert due.published().isDone() : e; // with this failure
            }
        }
    }

    /** Ends it; where the event is not kept, it goes on. */
    CompletionStage<EventId> end(SseEvent event, CloseReason reason) {
        return begin(new Last(event, reason, false)).published().copy();
    }

    /** Returns the one that counts: this one, or the one that was first. */
    private Last begin(Last end) {
        Last first = last.compareAndExchange(null, end);
        if (first == null && underWay.getAndAdd(ENDING) == 0) {
            publishLast(end, TRIES);
        }
        return first == null ? end : first;
    }

    private void publishLast(Last end, int tries) {
        CompletionStage<EventId> published;
        try {
            published = hub.publish(topic, end.event());
        } catch (Throwable e) {
            refused(end, e, tries);
            if (end.isLastChance()) {
                return;
            }
            throw e;
        }
        Stages.<EventId>whenComplete(published, (id, failure) -> {
            if (id != null) {
                ending.set(id, end.reason());
                end.published().complete(id);
            } else {
                Throwable reason = failure == null ? new NullPointerException("store: no position") : failure;
                refused(end, reason, tries);
            }
        });
    }

    private void refused(Last end, Throwable failure, int tries) {
        if (isHubClosed()) {
            Engine.log.debug("generation {}: its hub is closed", topic, failure);
            reopen(end, failure);
            return;
        }
        Engine.log.warn("generation {}: its last event was not kept", topic, failure);
        if (!end.isLastChance()) {
            reopen(end, failure);
        } else if (tries > 1) {
            publishLast(end, tries - 1);
        } else {
            ending.set(newest, CloseReason.FAILED);
            end.published().completeExceptionally(failure);
        }
    }

    /** It may be tried again. */
    private void reopen(Last end, Throwable failure) {
        underWay.addAndGet(-ENDING); // first, for who finds no last event adds it again
        last.set(null);
        end.published().completeExceptionally(failure);
    }

    /** Ends it, for nobody would try it again: where the event is not kept, its streams end without. */
    void endForGood(SseEvent event, CloseReason reason) {
        Last first = begin(new Last(event, reason, true));
        if (!first.isLastChance()) {
            first.published().whenComplete((id, failure) -> {
                if (failure != null) {
                    endForGood(event, reason);
                }
            });
        }
    }

    /** All streams have ended with it. */
    boolean isHubClosed() {
        try {
            hub.open(List.of(topic), StartRequest.latest()).cursor().close();
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
