package dev.freshet.log;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Drops what is too old where nothing is written: as long as a hub retains something, a timer of the JDK's is armed. It keeps
 * no hub that nobody else does.
 */
final class Sweep {
    private static final int LOOKS_AT_A_TIME = 1024;

    private final HubLog owner;
    private final Topics topics;
    private final Snapshots snapshots;
    /** Guarded by the lock of the owner. */
    private boolean armed;

    Sweep(HubLog owner, Topics topics, Snapshots snapshots) {
        this.owner = owner;
        this.topics = topics;
        this.snapshots = snapshots;
    }

    /** Under the lock of the owner. */
    void arm() {
        if (!armed && (owner.budget().hasSegments() || topics.hasEnds() || !snapshots.isEmpty())) {
            WeakReference<Sweep> kept = new WeakReference<>(this);
            CompletableFuture.delayedExecutor(topics.period(), TimeUnit.MILLISECONDS)
                    .execute(() -> run(kept.get()));
            armed = true;
        }
    }

    private static void run(@Nullable Sweep sweep) {
        if (sweep != null) {
            sweep.pass();
        }
    }

    /** Over all topics; the lock is held for a few at a time. */
    private void pass() {
        try {
            owner.locked(() -> {
                snapshots.expire(owner.time().uptime());
                topics.beginPass();
            });
            while (proceed()) {}
        } finally {
            owner.locked(() -> {
                armed = false;
                arm();
            });
        }
    }

    private boolean proceed() {
        boolean[] more = new boolean[1];
        owner.locked(() -> more[0] = topics.proceed(owner.time().uptime(), LOOKS_AT_A_TIME));
        return more[0];
    }
}
