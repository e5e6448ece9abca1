package dev.freshet.hub;

import dev.freshet.store.EventStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The start of the tail of a hub's store. It is retried until the tail has delivered the entries of the store.
 * Thread-safe.
 */
final class TailStart {
    private static final long SHORTEST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 5_000;

    private static final Logger logger = HubLogger.LOGGER;

    private final EventStore store;
    private final EventStore.Sink sink;
    private final Runnable whenLoaded;
    /** The reason why the tail has not delivered the entries of the store; null once it has. */
    private volatile @Nullable String whyNot = "store: not loaded yet";

    private volatile boolean hasWarned;
    private volatile boolean closed;
    // Guarded by this.
    private EventStore.@Nullable Tail tail;
    // Confined to the attempts, of which there is one at a time.
    private long delayMillis = SHORTEST_MILLIS;

    /** @param whenLoaded run once, on the thread that completes the store's stage */
    TailStart(EventStore store, EventStore.Sink sink, Runnable whenLoaded) {
        this.store = store;
        this.sink = sink;
        this.whenLoaded = whenLoaded;
    }

    /**
     * Makes the first attempt. Blocks until it has succeeded or failed, or until the timeout is over.
     *
     * @throws IllegalStateException if the attempt failed or takes too long, and is not to be repeated
     */
    void run(StoreStart ifNot, Duration timeout) {
        CompletableFuture<Void> first = begin();
        try {
            first.copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).join();
        } catch (CompletionException e) {
            if (ifNot == StoreStart.FAIL) {
                boolean isTooLate = e.getCause() instanceof TimeoutException && !first.isDone();
                close();
                if (isTooLate) {
                    throw new IllegalStateException(
                            "storeStart.timeout: " + timeout + " (expected: what the store keeps is loaded by then)",
                            e.getCause());
                }
                throw new IllegalStateException(
                        "store: cannot load what it keeps: " + HubLogger.text(e.getCause()), e.getCause());
            }
            if (!first.isDone()) {
                setWhyNot("it takes longer than " + timeout, "the load continues");
            }
        }
        retryWhenFailed(first);
    }

    private CompletableFuture<Void> begin() {
        try {
            return store.tail(sink).toCompletableFuture().thenAccept(this::begun);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void begun(EventStore.Tail begun) {
        boolean isTooLate;
        synchronized (this) {
            isTooLate = closed;
            tail = isTooLate ? null : begun;
        }
        if (isTooLate) {
            CompletableFuture.runAsync(
                    begun::close, HubThreads.BLOCKING); // not on the tail's thread: the close may wait for it
            return;
        }
        try {
            whenLoaded.run();
        } catch (Throwable e) {
            CompletableFuture.runAsync(
                    begun::close, HubThreads.BLOCKING); // or another tail would call the same sink beside it
            throw e;
        }
        if (hasWarned) {
            logger.info("store: loaded");
        }
        synchronized (this) {
            whyNot = null;
        }
    }

    private void retryWhenFailed(CompletableFuture<Void> begun) {
        begun.whenComplete((v, failure) -> {
            if (failure != null && !closed) {
                retry(failure);
            }
        });
    }

    private void retry(Throwable failure) {
        setWhyNot(HubLogger.text(failure), "retried until it is");
        long delay = ThreadLocalRandom.current().nextLong(delayMillis / 2, delayMillis + 1);
        delayMillis = next(delayMillis);
        CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, HubThreads.BLOCKING)
                .execute(() -> {
                    if (!closed) {
                        retryWhenFailed(begin());
                    }
                });
    }

    /** Returns the longest delay of the attempt after one, in milliseconds. */
    static long next(long delayMillis) {
        return Math.min(LONGEST_MILLIS, delayMillis * 2);
    }

    private void setWhyNot(String cause, String whatNext) {
        String why = "store: not loaded yet: " + cause;
        synchronized (this) {
            if (whyNot == null || why.equals(whyNot)) {
                return;
            }
            whyNot = why;
            hasWarned = true;
        }
        logger.warn("{}; {}", why, whatNext);
    }

    @Nullable
    String whyNot() {
        return whyNot;
    }

    boolean isClosed() {
        return closed;
    }

    /** Closes the tail, or prevents one that has not begun yet. */
    void close() {
        EventStore.Tail begun;
        synchronized (this) {
            closed = true;
            begun = tail;
        }
        if (begun != null) {
            begun.close();
        }
    }
}
