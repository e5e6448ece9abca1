package dev.freshet.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions that another thread or process fulfils. Stateless and thread-safe. */
public final class Conditions {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_NANOS = 5_000_000;

    private Conditions() {}

    /**
     * Waits until a condition holds.
     *
     * @param what the condition in words, for the error
     * @throws AssertionError if it does not hold within 30 s, or throws
     */
    public static void await(String what, Callable<Boolean> condition) {
        await(what, PATIENCE, () -> holds(what, condition));
    }

    /**
     * Waits until a condition holds.
     *
     * @param what the condition in words, for the error
     * @throws AssertionError if it does not hold within the longest time
     */
    public static void await(String what, Duration longest, BooleanSupplier condition) {
        if (!holdsWithin(longest, condition)) {
            throw new AssertionError("not within " + longest + ": " + what);
        }
    }

    /** Waits until a condition holds, for the longest time at most. Returns whether it holds. */
    public static boolean holdsWithin(Duration longest, BooleanSupplier condition) {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return true;
    }

    private static boolean holds(String what, Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new AssertionError("failed: " + what, e);
        }
    }
}
