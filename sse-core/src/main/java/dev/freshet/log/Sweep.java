package dev.freshet.log;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Drops what is too old where nothing is written: as long as there is something to drop one day, a timer of the JDK's is armed.
 * The work is done on the thread of that timer, under the lock of {@link HubLog} for a short time at once. It keeps no hub that
 * nobody else does.
 */
final class Sweep {
    private static final long PAUSE_MILLIS = 1;

    /** What is dropped; called under the lock. */
    interface Work {
        boolean isNeeded();

        /** Until it begins. */
        long delayMillis();

        /** Does a small part of it; returns whether there is more. */
        boolean part();
    }

    private final LogState state;
    private final Work work;
    /** Guarded by the lock of the state. */
    private boolean armed;

    Sweep(LogState state, Work work) {
        this.state = state;
        this.work = work;
    }

    /** Under the lock of the state. */
    void arm() {
        if (!armed && work.isNeeded()) {
            armed = true;
            later(work.delayMillis());
        }
    }

    private void later(long millis) {
        WeakReference<Sweep> kept = new WeakReference<>(this);
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> run(kept.get()));
    }

    private static void run(@Nullable Sweep sweep) {
        if (sweep != null) {
            sweep.state.locked(sweep::go);
        }
    }

    private void go() {
        boolean more = false;
        try {
            more = work.part();
        } finally {
            if (more) {
                later(PAUSE_MILLIS);
            } else {
                armed = false;
                arm();
            }
        }
    }
}
