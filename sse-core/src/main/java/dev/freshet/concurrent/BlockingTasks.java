package dev.freshet.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinPool.ManagedBlocker;

/** The run of tasks that may block on a {@link ForkJoinPool}. For the modules of this library only. Thread-safe. */
public final class BlockingTasks {
    private BlockingTasks() {}

    /** Returns an executor of a pool, which starts another thread while a task blocks, up to the bound of the pool. */
    public static Executor on(ForkJoinPool pool) {
        return task -> pool.execute(() -> runBlocking(task));
    }

    private static void runBlocking(Runnable task) {
        try {
            ForkJoinPool.managedBlock(new ManagedBlocker() {
                @Override
                public boolean block() {
                    task.run();
                    return true;
                }

                @Override
                public boolean isReleasable() {
                    return false; // it is asked only before the task has run
                }
            });
        } catch (InterruptedException e) {
            throw new AssertionError(e); // the blocker throws none
        }
    }
}
