package dev.freshet.netty;

import dev.freshet.concurrent.BlockingTasks;
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
    /** The bound of the threads for starts, and of those for all else, with those that are blocked. */
    private static final int MOST_THREADS = 32;

    /** The bound of the starts that wait for a thread. */
    static final int MOST_WAITING = 10_000;

    private static final int IDLE_SECONDS = 60;

    private static final AtomicInteger THREADS = new AtomicInteger();
    /** A {@link ForkJoinPool}: a store may block other threads until it has room, but not those of one. */
    private static final Executor POOL = BlockingTasks.on(new ForkJoinPool(
            PARALLELISM,
            GenerationThreads::newWorker,
            null,
            true,
            0,
            MOST_THREADS,
            PARALLELISM,
            saturated -> true,
            IDLE_SECONDS,
            TimeUnit.SECONDS));

    private static final Executor STARTS = starts();

    private GenerationThreads() {}

    private static Executor starts() {
        ThreadPoolExecutor starts = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
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

    /** Runs a task, which a store may block. */
    static void execute(Runnable task) {
        POOL.execute(task);
    }

    /** Runs a task after a delay; a store may block it. */
    static void executeAfter(long nanos, Runnable task) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, POOL).execute(task);
    }

    /**
     * Returns the executor that passes code to its own executor, which may block or run the code at once. It rejects code
     * if too much waits for a thread.
     */
    static Executor ofStarts() {
        return STARTS;
    }
}
