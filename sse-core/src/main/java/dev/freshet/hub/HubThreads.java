package dev.freshet.hub;

import dev.freshet.concurrent.BlockingTasks;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of all hubs of the process. They are not those of the JDK's common pool, which an application may block
 * for longer than a lease. They are daemon threads, and end when they are idle. They belong to a {@link ForkJoinPool}:
 * a store may block other threads until it has room, but not these. Thread-safe.
 */
final class HubThreads {
    private static final int PARALLELISM = 2;
    /** The bound of the threads, including those that are blocked. */
    private static final int MOST = 32;

    private static final int IDLE_SECONDS = 60;

    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final ForkJoinPool POOL = new ForkJoinPool(
            PARALLELISM,
            HubThreads::newThread,
            null,
            true,
            0,
            MOST,
            PARALLELISM,
            saturated -> true,
            IDLE_SECONDS,
            TimeUnit.SECONDS);

    /** The executor of tasks that do not block. */
    static final Executor NON_BLOCKING = POOL;

    /**
     * The executor of tasks that may block. Up to the bound of the threads, they do not delay the tasks that do not
     * block.
     */
    static final Executor BLOCKING = BlockingTasks.on(POOL);

    private HubThreads() {}

    private static ForkJoinWorkerThread newThread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("freshet-hub-" + THREADS.incrementAndGet());
        return thread;
    }
}
