package dev.freshet.hub;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The timer of {@link TopicLeases}. It does not keep a hub from being collected. */
final class LeaseTimer {
    /** The arming of a timer, as {@link LeaseTimer#arm}. */
    interface Arming<T> {
        void arm(T target, Consumer<T> action, long nanos);
    }

    private LeaseTimer() {}

    /**
     * Runs an action once, after a delay, unless its target was collected before.
     *
     * @param action an action that does not refer to the target
     */
    static <T> void arm(T target, Consumer<T> action, long nanos) {
        WeakReference<T> kept = new WeakReference<>(target);
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, HubThreads.NON_BLOCKING)
                .execute(() -> run(kept, action));
    }

    /** Runs an action unless its target was collected. */
    static <T> void run(Reference<T> kept, Consumer<T> action) {
        T still = kept.get();
        if (still != null) {
            action.accept(still);
        }
    }
}
