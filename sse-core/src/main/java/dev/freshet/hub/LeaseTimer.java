package dev.freshet.hub;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** The JDK's timer and the threads on which {@link TopicLeases} appends. It keeps no hub that nobody else does. */
final class LeaseTimer {
    /** Threads of a {@link ForkJoinPool}, which no store has wait for room; what it has none for then is due again. */
    static final Executor APPENDING = ForkJoinPool.getCommonPoolParallelism() > 0
            ? ForkJoinPool.commonPool()
            : CompletableFuture.delayedExecutor(0, TimeUnit.NANOSECONDS);

    private LeaseTimer() {}

    /** Has it look once, after so long. */
    static void arm(TopicLeases leases, long nanos) {
        WeakReference<TopicLeases> kept = new WeakReference<>(leases);
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, APPENDING)
                .execute(() -> {
                    TopicLeases still = kept.get();
                    if (still != null) {
                        still.lookInTime();
                    }
                });
    }
}
