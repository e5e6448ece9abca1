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
 * The queue of appends that wait for the appender's thread, and the bounds of what is in flight. An append is in flight
 * from its acceptance until it has completed or failed. Thread-safe.
 */
final class Inbox {
    /** The bound of the bytes of a batch of more than one entry. */
    private static final long BATCH_BYTES = 256 * 1024;
    /**
     * The name of the thread of all timers of {@link CompletableFuture}; later JDKs use a {@link ForkJoinWorkerThread}.
     */
    private static final String JDK_TIMER = "CompletableFutureDelayScheduler";

    private final StoreOptions options;

    // Guarded by this.
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private int events;
    private long bytes;
    private boolean closed;
    private boolean isRoomAwaited;

    /** The lock of the thread that waits for room. The others queue for it in the order of their calls. */
    private final ReentrantLock roomLock = new ReentrantLock(true);

    Inbox(StoreOptions options) {
        this.options = options;
    }

    /**
     * Adds an append. Rejects it, or blocks, if too much is in flight; see {@link InFlightPolicy}.
     *
     * @return a stage with the id of the entry; fails with a {@link RedisStoreException}
     */
    CompletionStage<EventId> append(StoredEntry entry, String key) {
        long deadline = System.nanoTime() + options.appendTimeout().toNanos();
        Pending pending = new Pending(entry, key, deadline, new CompletableFuture<>());
        CompletionStage<EventId> appended = pending.appended().whenComplete((id, failure) -> release(pending));
        boolean mayWait = options.inFlightPolicy() == InFlightPolicy.WAIT && mayBlock(Thread.currentThread());
        RedisStoreException refusal = mayWait ? offerOrWait(pending) : offer(pending);
        return refusal == null ? appended : CompletableFuture.failedFuture(refusal);
    }

    /**
     * Returns whether a thread may block: it is not an event loop, a thread of the store, or a thread of a shared pool.
     */
    private static boolean mayBlock(Thread thread) {
        return !(thread instanceof FastThreadLocalThread)
                && !(thread instanceof ForkJoinWorkerThread)
                && !thread.getName().equals(JDK_TIMER);
    }

    private @Nullable RedisStoreException offerOrWait(Pending pending) {
        // In this order: a thread that leaves the queue of the lock holds the lock by then.
        if (!roomLock.hasQueuedThreads() && !roomLock.isLocked() && offer(pending) == null) {
            return null;
        }
        try {
            if (!roomLock.tryLock(pending.deadline() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return offer(pending);
            }
            try {
                return offerWhenNotFull(pending);
            } finally {
                roomLock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RedisStoreException(Outcome.NOT_DONE, "store: interrupted while it waited for room", e);
        }
    }

    private synchronized @Nullable RedisStoreException offerWhenNotFull(Pending pending) throws InterruptedException {
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
            return closed().of(false);
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

    /** Releases the room of an append that has completed or failed. */
    private synchronized void release(Pending pending) {
        events--;
        bytes -= pending.size();
        if (isRoomAwaited) {
            notifyAll();
        }
    }

    /** Returns the size of the appends in flight, in bytes. */
    synchronized long bytes() {
        return bytes;
    }

    /** Blocks until an append waits, or the inbox is closed. */
    synchronized void await() {
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                // ignored: user code that ran on this thread may have left the interrupt
            }
        }
    }

    /** Returns the number of appends that wait. */
    synchronized int size() {
        return waiting.size();
    }

    /** Removes and returns the appends of the next batch; none if none wait. */
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

    /**
     * Removes and returns the appends that have timed out. They may be anywhere in the queue: an append that waited for
     * room is queued after appends whose calls were later.
     */
    synchronized List<Pending> takeOverdue(long now) {
        List<Pending> overdue = new ArrayList<>();
        waiting.removeIf(pending -> pending.isOverdue(now) && overdue.add(pending));
        return overdue;
    }

    /** Removes and returns all appends that wait. */
    synchronized List<Pending> takeAll() {
        List<Pending> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** Rejects every further append. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Fails the appends that wait; called after the close. */
    void failAll() {
        takeAll().forEach(pending -> pending.appended().completeExceptionally(closed().of(false)));
    }

    static RedisStoreException closed() {
        return new RedisStoreException(Outcome.UNKNOWN, "store: closed");
    }
}
