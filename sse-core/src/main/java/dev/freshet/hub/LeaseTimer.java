package dev.freshet.hub;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The timer and the threads of {@link TopicLeases}, of all hubs of the process. It keeps no hub that nobody else does. */
final class LeaseTimer {
    /**
     * A pool of its own, for an application may block the JDK's common one for longer than a lease. Its threads are of a {@link
     * ForkJoinPool}, which no store has wait for room, and end where there is nothing to do.
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
