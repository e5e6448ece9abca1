package dev.freshet.netty;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/**
 * The daemon threads that publish the last events of generations again, and look for followers. They are not those of
 * the JDK's common pool, which an application may block, and no store has them wait for room.
 */
final class GenerationThreads {
    private static final Executor POOL = new ForkJoinPool(2);

    private GenerationThreads() {}

    static void execute(Runnable task) {
        POOL.execute(task);
    }

    static void executeAfter(long nanos, Runnable task) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, POOL).execute(task);
    }
}
