package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.StoredEntry;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The appends that wait for the appender's thread, and the bounds of what is in flight: from when it was accepted until it was done
 * or failed. Thread-safe.
 */
final class Inbox {
    private static final long BATCH_BYTES = 256 * 1024;
    /** The thread of all timers of {@link CompletableFuture}; later JDKs have a {@link ForkJoinWorkerThread} for that. */
    private static final String JDK_TIMER = "CompletableFutureDelayScheduler";

    private final StoreOptions options;

    // Guarded by this.
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private int events;
    private long bytes;
    private boolean closed;
    private boolean isRoomAwaited;

    /** Held by the one that waits for room; the others come after it, in their order. */
    private final ReentrantLock turn = new ReentrantLock(true);

    Inbox(StoreOptions options) {
        this.options = options;
    }

    /** Fails or waits where too much is in flight. */
    CompletionStage<EventId> append(StoredEntry entry, String key) {
        long deadline = System.nanoTime() + options.appendPatience().toNanos();
        Pending pending = new Pending(entry, key, deadline, new CompletableFuture<>());
        CompletionStage<EventId> appended = pending.appended().whenComplete((id, failure) -> landed(pending));
        boolean mayWait = options.inFlightPolicy() == InFlightPolicy.WAIT && mayBlock(Thread.currentThread());
        RedisStoreException refusal = mayWait ? offerInTurn(pending) : offer(pending);
        return refusal == null ? appended : CompletableFuture.failedFuture(refusal);
    }

    /** Not an event loop, a thread of the store, or one that many share. */
    private static boolean mayBlock(Thread thread) {
        return !(thread instanceof FastThreadLocalThread)
                && !(thread instanceof ForkJoinWorkerThread)
                && !thread.getName().equals(JDK_TIMER);
    }

    private @Nullable RedisStoreException offerInTurn(Pending pending) {
        // In this order: whoever leaves the queue holds the turn by then.
        if (!turn.hasQueuedThreads() && !turn.isLocked() && offer(pending) == null) {
            return null;
        }
        try {
            if (!turn.tryLock(pending.deadline() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return offer(pending);
            }
            try {
                return offerOnceThereIsRoom(pending);
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RedisStoreException(Outcome.NOT_DONE, "store: interrupted while it waited for room", e);
        }
    }

    private synchronized @Nullable RedisStoreException offerOnceThereIsRoom(Pending pending)
            throws InterruptedException {
        while (isFull(pending) && !closed && !pending.isOverdue(System.nanoTime())) {
            isRoomAwaited = true;
            TimeUnit.NANOSECONDS.timedWait(this, pending.deadline() - System.nanoTime());
        }
        isRoomAwaited = false;
        return offer(pending);
    }

    private boolean isFull(Pending pending) {
        return events >= options.maxInFlightEvents()
                || events > 0 && bytes + pending.size() > options.maxInFlightBytes();
    }

    private synchronized @Nullable RedisStoreException offer(Pending pending) {
        if (closed) {
            return closed();
        }
        if (isFull(pending)) {
            return new RedisStoreException(
                    Outcome.NOT_DONE,
                    "store: " + events + " events of " + bytes + " bytes are in flight (expected: at most "
                            + options.maxInFlightEvents() + " events and " + options.maxInFlightBytes() + " bytes)");
        }
        events++;
        bytes += pending.size();
        waiting.add(pending);
        if (waiting.size() == 1) {
            notifyAll();
        }
        return null;
    }

    private synchronized void landed(Pending pending) {
        events--;
        bytes -= pending.size();
        if (isRoomAwaited) {
            notifyAll();
        }
    }

    /** Of all that is in flight. */
    synchronized long bytes() {
        return bytes;
    }

    /** Waits for one, or for the close. */
    synchronized void await() {
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                // none of its business: user code may have left it on this thread
            }
        }
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Takes as many as one batch holds. */
    synchronized List<Pending> take() {
        List<Pending> batch = new ArrayList<>();
        long size = 0;
        for (Pending next = waiting.peek(); next != null; next = waiting.peek()) {
            size += next.size();
            if (batch.size() == options.batchEntries() || !batch.isEmpty() && size > BATCH_BYTES) {
                break;
            }
            batch.add(waiting.remove());
        }
        return batch;
    }

    /** Takes those that waited too long: who waited for room stands behind others that came later. */
    synchronized List<Pending> takeOverdue(long now) {
        List<Pending> overdue = new ArrayList<>();
        waiting.removeIf(pending -> pending.isOverdue(now) && overdue.add(pending));
        return overdue;
    }

    /** Takes all that wait. */
    synchronized List<Pending> takeAll() {
        List<Pending> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** Accepts nothing any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Fails what waits, once it is closed. */
    void failAll() {
        takeAll().forEach(pending -> pending.appended().completeExceptionally(closed()));
    }

    static RedisStoreException closed() {
        return new RedisStoreException(Outcome.UNKNOWN, "store: closed");
    }
}
