package dev.freshet.examples.soak;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that look now and then, and leave the processor to what they wait for. Stateless and thread-safe. */
final class SoakWait {
    /** As long as a slow machine takes for what takes moments. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long LOOK_EVERY_NANOS = 50_000_000;

    private SoakWait() {}

    /** Waits until something holds, at most so long; returns whether it holds. */
    static boolean atMost(Duration longest, BooleanSupplier holds) {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return true;
    }

    /** Waits until something holds, and fails if it does not within so long. */
    static void until(String what, Duration longest, BooleanSupplier holds) {
        if (!atMost(longest, holds)) {
            throw new AssertionError("not within " + longest + ": " + what);
        }
    }
}
