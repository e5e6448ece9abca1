package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final long PATIENCE_SECONDS = 60;

    /** Work in some parts, of which each counts down. Guarded by the lock. */
    private final class Parts implements Sweep.Work {
        private final CountDownLatch done;
        private final int inOneSweep;
        private boolean failsOnce;
        private int delays;
        private int parts;

        Parts(int all, int inOneSweep) {
            this.done = new CountDownLatch(all);
            this.inOneSweep = inOneSweep;
        }

        @Override
        public boolean isNeeded() {
            assertThat(state.isLocked()).isTrue();
            return done.getCount() > 0;
        }

        @Override
        public long delayMillis() {
            delays++;
            return 1;
        }

        @Override
        public boolean part() {
            assertThat(state.isLocked()).isTrue();
            parts++;
            done.countDown();
            if (failsOnce) {
                failsOnce = false;
                throw new IllegalStateException("as the test wants");
            }
            return parts % inOneSweep != 0;
        }

        void await() throws InterruptedException {
            assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private final LogState state = new LogState(
            LogOptions.of(Retention.defaults(), new TestClock()),
            IdSequence.startingAt(new EventId(0, 0)),
            new NameHash());

    private Sweep arm(Parts work) {
        Sweep sweep = new Sweep(state, work);
        state.locked(sweep::arm);
        return sweep;
    }

    private int delays(Parts work) {
        return state.underLock(() -> work.delays);
    }

    @Test
    void theWorkIsDoneInPartsAfterOneDelay() throws Exception {
        Parts work = new Parts(3, 3);
        Sweep sweep = arm(work);
        work.await();

        assertThat(delays(work)).isOne();
        assertThat(sweep).isNotNull();
    }

    @Test
    void theTimerIsArmedAgainWhileThereIsSomethingToDropLater() throws Exception {
        Parts work = new Parts(6, 2);
        Sweep sweep = arm(work);
        work.await();

        assertThat(delays(work)).isEqualTo(3);
        assertThat(sweep).isNotNull();
    }

    @Test
    void theTimerIsNotArmedForNothing() {
        Parts work = new Parts(0, 1);
        arm(work);

        assertThat(delays(work)).isZero();
    }

    @Test
    void aTimerThatIsArmedIsNotArmedTwice() {
        Parts work = new Parts(1_000, 1_000);
        state.locked(() -> {
            Sweep sweep = new Sweep(state, work);
            sweep.arm();
            sweep.arm();

            assertThat(work.delays).isOne();
        });
    }

    @Test
    void workThatFailsIsTriedAgain() throws Exception {
        Parts work = new Parts(2, 1);
        work.failsOnce = true;
        Sweep sweep = arm(work);
        work.await();

        assertThat(delays(work)).isEqualTo(2);
        assertThat(sweep).isNotNull();
    }
}
