package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shared snapshots that a hub holds. They count as history and take at most a quarter of the hub's memory. If
 * another one would be over that, the newest continues to serve as long as the log has the events after it; then the
 * oldest is dropped, and a reader that is still reading it has lagged out. The oldest segments are evicted for a
 * snapshot, and not the other way round: a busy hub is always full, and the state would be requested again at every
 * start of a stream. Thread-safe.
 *
 * <p><b>Ordering.</b> The check that the log has every event after a snapshot, and the placing of the cursor there, are
 * one step under the lock that eviction takes. {@code SnapshotStress} tests this with jcstress.
 */
public final class Snapshots {
    private static final int SHARE = 4;

    /**
     * How long a snapshot serves beyond its age if there is no room for another. Readers that take longer are cut off
     * then.
     */
    private static final long LONGEST_MORE_MILLIS = 30_000;

    private final LogState state;
    private final Topics topics;
    private final Cursors cursors;
    private final Runnable armSweep;
    private final long most;

    /** The snapshots in memory, the oldest first. Guarded, like the field below, by the lock of {@link HubLog}. */
    private final Set<Snapshot> held = new LinkedHashSet<>();

    private long bytes;

    /** @param armSweep called under the lock when something is held that expires */
    Snapshots(LogState state, Topics topics, Cursors cursors, Runnable armSweep) {
        this.state = state;
        this.topics = topics;
        this.cursors = cursors;
        this.armSweep = armSweep;
        this.most = state.retentions().hubBytes() / SHARE;
    }

    /** Returns the uptime of the hub in milliseconds, by which ages are measured. */
    public long uptime() {
        return state.underLock(() -> state.time().uptime());
    }

    /**
     * Keeps a new snapshot for the readers that start.
     *
     * @param position the position of the state; not newer than the hub's newest event
     * @param takenAt the {@link #uptime} at which the state was requested
     * @param maxAgeMillis how long it serves new readers after that
     * @param pieces the encoded state; not copied, and not to be changed
     * @param replaced a snapshot that serves no new readers from now on, or null
     * @throws IllegalArgumentException if it is larger than all snapshots of the hub together may be
     */
    public Snapshot keep(
            EventId position, long takenAt, long maxAgeMillis, List<byte[]> pieces, @Nullable Snapshot replaced) {
        Snapshot taken = new Snapshot(this, position, takenAt, maxAgeMillis, pieces);
        if (taken.bytes > most) {
            throw new IllegalArgumentException("snapshot: " + taken.bytes + " bytes (expected: at most " + most
                    + ", a quarter of retention.hubBytes)");
        }
        state.locked(() -> {
            if (replaced != null) {
                withdraw(replaced);
            }
            taken.until = state.time().uptime() + maxAgeMillis;
            held.add(taken);
            count(taken.bytes);
            while (bytes > most) {
                drop(held.iterator().next());
            }
            topics.evictExcess(null);
            armSweep.run();
        });
        return taken;
    }

    /**
     * Returns whether a snapshot serves a new reader: it is not too old, or a newer one would cut off the readers of
     * another.
     */
    public boolean isFresh(Snapshot snapshot) {
        return state.underLock(() -> {
            long tooOld = state.time().uptime() - snapshot.takenAt - snapshot.maxAge;
            return snapshot.offered
                    && snapshot.isHeld()
                    && (tooOld <= 0 || tooOld <= LONGEST_MORE_MILLIS && !hasRoomBeside(snapshot));
        });
    }

    private boolean hasRoomBeside(Snapshot replaced) {
        long over = bytes + replaced.bytes - most;
        for (Snapshot oldest : held) {
            if (over <= 0) {
                return true;
            }
            if (oldest.readers > 0) {
                return false;
            }
            over -= oldest.bytes;
        }
        return true;
    }

    /**
     * Opens a cursor as {@link HubLog#open} does, for a reader that reads a snapshot first unless it resumes. If it
     * reads the snapshot, its start is {@link ResumeOutcome#FRESH} or {@link ResumeOutcome#RESET} at the snapshot's
     * position, regardless of the start that the application chose, and the caller releases the snapshot later.
     *
     * @param snapshot of these topics; null if there is none yet
     * @return null if the reader does not resume, and there is no snapshot or the log does not have every event after
     *     it that this reader may read. Topics that retain nothing to resume from do not count
     */
    public @Nullable Start open(Collection<String> names, StartRequest request, @Nullable Snapshot snapshot) {
        return cursors.open(
                names,
                resume -> {
                    Start start =
                            resume.startBehind(snapshot == null || !snapshot.isHeld() ? null : snapshot.position());
                    if (start != null && snapshot != null && start.outcome() != ResumeOutcome.RESUMED) {
                        snapshot.readers++;
                    }
                    return start;
                },
                request);
    }

    void release(Snapshot snapshot) {
        state.locked(() -> {
            snapshot.readers--;
            if (isOver(snapshot, state.time().uptime())) {
                withdraw(snapshot);
            } else {
                dropUnused(snapshot);
            }
        });
    }

    /** Withdraws, under the lock, the snapshots that are not being read and have waited long enough. */
    void expire(long now) {
        assert state.isLocked();
        if (!held.isEmpty()) {
            held.stream().filter(snapshot -> isOver(snapshot, now)).toList().forEach(this::withdraw);
        }
    }

    private static boolean isOver(Snapshot snapshot, long now) {
        return now > snapshot.until && snapshot.readers == 0;
    }

    /** Returns whether no snapshot is in memory; called under the lock. */
    boolean isEmpty() {
        assert state.isLocked();
        return held.isEmpty();
    }

    private void withdraw(Snapshot snapshot) {
        assert state.isLocked();
        snapshot.offered = false;
        dropUnused(snapshot);
    }

    private void dropUnused(Snapshot snapshot) {
        if (!snapshot.offered && snapshot.readers == 0 && snapshot.isHeld()) {
            drop(snapshot);
        }
    }

    private void drop(Snapshot snapshot) {
        assert state.isLocked();
        held.remove(snapshot);
        snapshot.drop();
        count(-snapshot.bytes);
    }

    private void count(long more) {
        bytes += more;
        state.budget().take(more);
    }
}
