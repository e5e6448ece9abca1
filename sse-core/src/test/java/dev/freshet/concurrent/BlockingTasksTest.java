package dev.freshet.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tasks that block on a pool of one thread. */
class BlockingTasksTest {
    private static final int PATIENCE_SECONDS = 30;

    private final ForkJoinPool pool = new ForkJoinPool(1);
    private final Executor executor = BlockingTasks.on(pool);

    private void end() throws InterruptedException {
        pool.shutdown();
        assertThat(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTaskRunsWhileAnotherBlocksTheOnlyThread() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        executor.execute(() -> {
            try {
                second.await();
                first.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        executor.execute(second::countDown);
        assertThat(first.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        end();
    }

    @Test
    void aTaskRunsOnce() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        executor.execute(runs::incrementAndGet);
        end();
        assertThat(runs).hasValue(1);
    }
}
