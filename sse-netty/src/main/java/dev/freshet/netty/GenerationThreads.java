package dev.freshet.netty;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The daemon threads that pass the code of generations to its executors, retry last events, and check for followers.
 * They are not those of the JDK's common pool, which an application may block, and end when they are idle. Thread-safe.
 */
final class GenerationThreads {
    private static final int PARALLELISM = 2;
    private static final int MOST_STARTS = 32;
    private static final int IDLE_SECONDS = 60;

    private static final AtomicInteger THREADS = new AtomicInteger();
    /** A {@link ForkJoinPool}: a store may block other threads until it has room, but not those of one. */
    private static final ForkJoinPool POOL = new ForkJoinPool(PARALLELISM, GenerationThreads::newWorker, null, true);

    private static final Executor STARTS = starts();

    private GenerationThreads() {}

    private static Executor starts() {
        ThreadPoolExecutor starts = new ThreadPoolExecutor(
                MOST_STARTS,
                MOST_STARTS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                GenerationThreads::newThread);
        starts.allowCoreThreadTimeOut(true);
        return starts;
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, nextName());
        thread.setDaemon(true);
        return thread;
    }

    private static ForkJoinWorkerThread newWorker(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName(nextName());
        return thread;
    }

    private static String nextName() {
        return "freshet-generation-" + THREADS.incrementAndGet();
    }

    static void execute(Runnable task) {
        POOL.execute(task);
    }

    static void executeAfter(long nanos, Runnable task) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, POOL).execute(task);
    }

    /** Returns the executor that passes code to its own executor, which may block or run the code at once. */
    static Executor ofStarts() {
        return STARTS;
    }
}
