package dev.freshet.examples.faults;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How fast a client reads. */
interface Pace {
    /** As fast as it can. */
    Pace STEADY = () -> Integer.MAX_VALUE;

    /** Waits, and returns how many bytes to read next at most. */
    int beforeRead() throws InterruptedException;

    /** Some bytes at a time, as fast as it can once the latch is down. */
    static Pace trickling(CountDownLatch until) {
        return () -> {
            if (until.getCount() == 0) {
                return Integer.MAX_VALUE;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            return 64;
        };
    }

    /** Nothing until the latch is down, and then as fast as it can. */
    static Pace stuck(CountDownLatch until) {
        return () -> {
            until.await();
            return Integer.MAX_VALUE;
        };
    }
}
