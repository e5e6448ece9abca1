package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tails of a {@link MemoryStore}: one call after the other is for all of them. Thread-safe. */
final class MemoryTails {
    private static final Logger logger = LoggerFactory.getLogger(MemoryTails.class);

    private record Delivery(boolean isEntry, Runnable action) {}

    private final Executor thread;
    private final List<MemoryTail> tails = new CopyOnWriteArrayList<>();

    // Guarded by this.
    private final Queue<Delivery> deliveries = new ArrayDeque<>();
    private boolean isDelivering;
    private boolean isHeld;

    MemoryTails(Executor thread) {
        this.thread = thread;
    }

    int count() {
        return tails.size();
    }

    /** @param next the number of the first entry that comes after the history */
    EventStore.Tail add(EventStore.Sink sink, long next) {
        MemoryTail tail = new MemoryTail(sink, next);
        tails.add(tail);
        return tail;
    }

    synchronized void hold() {
        isHeld = true;
    }

    void release() {
        synchronized (this) {
            isHeld = false;
        }
        thread.execute(this::deliver);
    }

    /** Whether there were entries to drop. */
    synchronized boolean dropHeld() {
        return isHeld && deliveries.removeIf(Delivery::isEntry);
    }

    void entry(MemoryStore.Kept kept) {
        deliver(
                true,
                () -> tails.forEach(
                        tail -> tail.tell(kept.place(), () -> tail.sink.entry(kept.id(), kept.time(), kept.entry()))));
    }

    void lost(long place, EventId floor) {
        run(() -> tails.forEach(tail -> tail.tell(place, () -> tail.sink.lost(floor))));
    }

    void run(Runnable action) {
        deliver(false, action);
    }

    private void deliver(boolean isEntry, Runnable action) {
        synchronized (this) {
            deliveries.add(new Delivery(isEntry, action));
        }
        thread.execute(this::deliver);
    }

    /** Who is told of an entry may append another. */
    private void deliver() {
        synchronized (this) {
            if (isDelivering) {
                return;
            }
            isDelivering = true;
        }
        for (Delivery next = next(); next != null; next = next()) {
            next.action().run();
        }
    }

    private synchronized @Nullable Delivery next() {
        Delivery next = isHeld ? null : deliveries.poll();
        isDelivering = next != null;
        return next;
    }

    void end() {
        MemoryStore.end(thread);
    }

    /** A sink that throws does not end its tail. */
    private final class MemoryTail implements EventStore.Tail {
        private final EventStore.Sink sink;
        private final long first;
        private boolean isClosed;

        MemoryTail(EventStore.Sink sink, long first) {
            this.sink = sink;
            this.first = first;
        }

        private synchronized void tell(long place, Runnable call) {
            if (isClosed || place < first) {
                return;
            }
            try {
                call.run();
            } catch (RuntimeException e) {
                logger.warn("a sink has failed", e);
            }
        }

        /** Waits for a call of the sink on another thread. */
        @Override
        public void close() {
            tails.remove(this);
            synchronized (this) {
                isClosed = true;
            }
        }
    }
}
