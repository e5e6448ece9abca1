package dev.freshet.log;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timer that drops what is too old while nothing is written. It is a timer of the JDK, armed while there is something
 * to drop later. The work is done on the thread of that timer, in short parts under the lock of {@link HubLog}. The
 * timer does not keep a hub from being collected.
 */
final class Sweep {
    private static final long PAUSE_MILLIS = 1;

    /** The work of a sweep; called under the lock. */
    interface Work {
        /** Returns whether there is something to drop later. */
        boolean isNeeded();

        /** Returns the delay until the work begins, in milliseconds. */
        long delayMillis();

        /** Does a small part of the work; returns whether there is more. */
        boolean part();
    }

    private final LogState state;
    private final Work work;
    /** Guarded by the lock. */
    private boolean armed;

    Sweep(LogState state, Work work) {
        this.state = state;
        this.work = work;
    }

    /** Arms the timer, under the lock, if it is needed and not armed. */
    void arm() {
        assert state.isLocked();
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
            sweep.state.locked(sweep::work);
        }
    }

    private void work() {
        assert state.isLocked();
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
