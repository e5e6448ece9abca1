package dev.freshet.hub;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The timer and the threads of {@link TopicLeases}, of all hubs of the process. It does not keep a hub from being collected. */
final class LeaseTimer {
    /**
     * A pool of its own, because an application may block the JDK's common pool for longer than a lease. Its daemon threads are
     * those of a {@link ForkJoinPool}, which no store blocks until it has room. An entry that a store has no room for is due again.
     */
    static final Executor APPENDING = new ForkJoinPool(2);

    private LeaseTimer() {}

    /**
     * Runs an action once, after a delay, unless its target was collected before.
     *
     * @param action does not refer to the target by itself
     */
    static <T> void arm(T target, Consumer<T> action, long nanos) {
        WeakReference<T> kept = new WeakReference<>(target);
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, APPENDING)
                .execute(() -> {
                    T still = kept.get();
                    if (still != null) {
                        action.accept(still);
                    }
                });
    }
}
