package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DiskForcingTest {
    /** An interval that has passed when the next one is looked for, in a test of what is due. */
    private static final Duration SHORT = Duration.ofMillis(1);

    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @RegisterExtension
    final LogReader log = new LogReader();

    private final List<Runnable> tasks = new ArrayList<>();
    private int forced;
    private @Nullable Throwable thrown;

    /** What counts how often it is forced, or fails. */
    private final Forceable counted = new Forceable() {
        @Override
        public void sync() throws IOException {
            forced++;
            if (thrown instanceof IOException e) {
                throw e;
            } else if (thrown instanceof Error e) {
                throw e;
            }
        }

        @Override
        public String toString() {
            return "counted";
        }
    };

    private static DiskForcing forcing(Fsync fsync) {
        return new DiskForcing(fsync, UnaryOperator.identity());
    }

    private static void untilDue(DiskForcing disk) {
        while (disk.dueInMillis() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void eachWriteIsForcedWhereEachIs() throws Exception {
        DiskForcing disk = forcing(Fsync.each());
        disk.written(counted);
        disk.written(counted);

        assertThat(forced).isEqualTo(2);
        assertThat(disk.dueInMillis()).isEqualTo(Long.MAX_VALUE);
        disk.forceWhenDue(counted);
        assertThat(forced).isEqualTo(2);
    }

    @Test
    void whereNothingIsForcedNothingIsDue() throws Exception {
        DiskForcing disk = forcing(Fsync.never());
        disk.written(counted);

        assertThat(disk.dueInMillis()).isEqualTo(Long.MAX_VALUE);
        disk.forceWhenDue(counted);
        assertThat(forced).isZero();
    }

    @Test
    void aWriteIsForcedOnTheExecutorOnceItIsDueAndNotAgain() throws Exception {
        DiskForcing disk = forcing(Fsync.every(SHORT, tasks::add));
        assertThat(disk.dueInMillis()).isEqualTo(Long.MAX_VALUE);
        disk.forceWhenDue(counted);
        assertThat(tasks).isEmpty();

        disk.written(counted);
        untilDue(disk);
        disk.forceWhenDue(counted);
        assertThat(forced).isZero();
        assertThat(disk.dueInMillis()).isEqualTo(Long.MAX_VALUE);
        tasks.remove(0).run();
        assertThat(forced).isEqualTo(1);
        disk.forceWhenDue(counted);
        assertThat(tasks).isEmpty();
    }

    @Test
    void aWriteIsNotForcedBeforeItIsDue() throws Exception {
        DiskForcing disk = forcing(Fsync.every(LONG, tasks::add));
        disk.written(counted);
        disk.forceWhenDue(counted);

        assertThat(tasks).isEmpty();
        assertThat(disk.dueInMillis()).isBetween(1L, LONG.toMillis());
    }

    @Test
    void oneForceRunsAtATime() throws Exception {
        DiskForcing disk = forcing(Fsync.every(SHORT, tasks::add));
        for (int i = 0; i < 2; i++) {
            disk.written(counted);
            untilDue(disk);
            disk.forceWhenDue(counted);
        }
        assertThat(tasks).hasSize(1);
        tasks.remove(0).run();
        disk.forceWhenDue(counted);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void theIntervalBeginsAnewWithEachForce() throws Exception {
        DiskForcing disk = forcing(Fsync.every(Duration.ofMillis(20), tasks::add));
        disk.written(counted);
        untilDue(disk);
        long before = System.nanoTime();
        disk.forceWhenDue(counted);
        disk.written(counted);
        untilDue(disk);

        assertThat(System.nanoTime() - before)
                .isGreaterThanOrEqualTo(Duration.ofMillis(19).toNanos());
    }

    @Test
    void aRefusalOfTheExecutorIsAProblemUntilItForces() throws Exception {
        boolean[] refuses = {true};
        DiskForcing disk = forcing(Fsync.every(SHORT, task -> {
            if (refuses[0]) {
                throw new RejectedExecutionException("no\nroom");
            }
            tasks.add(task);
        }));
        disk.written(counted);
        untilDue(disk);
        disk.forceWhenDue(counted);
        assertThat(disk.problem())
                .isEqualTo("store: not forced to the disk: java.util.concurrent.RejectedExecutionException: no\\nroom");
        assertThat(log.text()).contains("counted was not forced to the disk");

        refuses[0] = false;
        untilDue(disk);
        disk.forceWhenDue(counted);
        assertThat(tasks).hasSize(1);
        assertThat(disk.problem()).isNull();
        assertThatNoException().isThrownBy(disk::check);
    }

    @Test
    void aForceThatFailsOnTheExecutorIsAProblemFromThenOn() throws Exception {
        assertThatAFailureIsAProblem(new IOException("no disk"), "java.io.IOException: no disk");
    }

    @Test
    void aForceThatFailsOnTheExecutorByAnythingElseIsAProblemToo() throws Exception {
        assertThatAFailureIsAProblem(new InternalError("a fault"), "java.lang.InternalError: a fault");
    }

    private void assertThatAFailureIsAProblem(Throwable failure, String text) throws IOException {
        String problem = "store: what was written cannot be forced to the disk: " + text;
        DiskForcing disk = forcing(Fsync.every(SHORT, tasks::add));
        disk.written(counted);
        untilDue(disk);
        disk.forceWhenDue(counted);
        thrown = failure;
        tasks.remove(0).run();
        assertThat(disk.problem()).isEqualTo(problem);
        assertThatIOException().isThrownBy(disk::check).withMessage(problem);
        assertThat(log.text()).contains("store: counted");

        thrown = null;
        disk.written(counted);
        untilDue(disk);
        disk.forceWhenDue(counted);
        tasks.remove(0).run();
        assertThat(disk.problem()).isEqualTo(problem);
    }

    @Test
    void aFileThatIsClosedNeedsNoForce() throws Exception {
        SegmentFile closed = SegmentFixture.create(folder.resolve("segment"), new EventId(1, 1));
        DiskForcing disk = forcing(Fsync.each());
        disk.force(closed);
        assertThat(disk.problem()).isNull();
    }

    @Test
    void aForceAfterAFailedOneFailsToo() {
        DiskForcing forcing = forcing(Fsync.each());
        thrown = new IOException("broken");
        assertThatIOException().isThrownBy(() -> forcing.force(counted));
        thrown = null;
        assertThatIOException().isThrownBy(() -> forcing.force(counted)).withMessageContaining("broken");
        assertThat(forced).isEqualTo(1);
    }
}
