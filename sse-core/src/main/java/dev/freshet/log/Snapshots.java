package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shared snapshots that a hub holds. They count as history, and take at most a quarter of the hub's memory: where another
 * would be over it, the newest serves on for as long as the log has what comes after it, and then the oldest is given up, and
 * who still reads that has lagged out. For a snapshot the oldest segments go, not the other way
 * round: a hub that is busy is always full, and would ask for the state again at each join. Thread-safe.
 *
 * <p><b>Ordering.</b> Whether the log has everything after a snapshot, and the placing of the cursor there, are one step under
 * the lock that eviction takes.
 */
public final class Snapshots {
    private static final int SHARE = 4;

    /** For how long beyond its age one serves where there is no room for another: readers that take longer are cut off. */
    private static final long LONGEST_MORE_MILLIS = 30_000;

    private final LogState state;
    private final Topics topics;
    private final Cursors cursors;
    private final Runnable armSweep;
    private final long most;

    /** The oldest first. Guarded by the lock of the owner, as what follows. */
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

    /** The uptime of the hub in milliseconds, by which ages are told. */
    public long uptime() {
        return state.underLock(() -> state.time().uptime());
    }

    /**
     * Keeps a new one for those who come.
     *
     * @param position where it stands; not newer than the hub's newest event
     * @param takenAt the {@link #uptime} at which the state was asked for
     * @param maxAgeMillis for how long it serves newcomers after that
     * @param pieces the encoded state, not to be changed
     * @param replaced one that serves newcomers no more, or null
     * @throws IllegalArgumentException if it is larger than all snapshots of the hub may be
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

    /** Whether it serves who comes now: it is not too old, or another in its place would cut off readers of one. */
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
     * As {@link HubLog#open}, for a reader that is to read a snapshot first unless it resumes: then its start is {@link
     * ResumeOutcome#FRESH} or {@link ResumeOutcome#RESET} at the snapshot's position, whatever start was chosen for it, and it releases the
     * snapshot.
     *
     * @param snapshot of these topics; null where there is none yet
     * @return null where the reader does not resume, and there is no snapshot or the log has not everything that comes after
     *     it and is for this reader. Topics that keep nothing to resume from do not count
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

    /** Under the lock of the owner: those that nobody reads and have waited long enough serve nobody any more. */
    void expire(long now) {
        if (!held.isEmpty()) {
            held.stream().filter(snapshot -> isOver(snapshot, now)).toList().forEach(this::withdraw);
        }
    }

    private static boolean isOver(Snapshot snapshot, long now) {
        return now > snapshot.until && snapshot.readers == 0;
    }

    /** Under the lock of the state. */
    boolean isEmpty() {
        return held.isEmpty();
    }

    private void withdraw(Snapshot snapshot) {
        snapshot.offered = false;
        dropUnused(snapshot);
    }

    private void dropUnused(Snapshot snapshot) {
        if (!snapshot.offered && snapshot.readers == 0 && snapshot.isHeld()) {
            drop(snapshot);
        }
    }

    private void drop(Snapshot snapshot) {
        held.remove(snapshot);
        snapshot.drop();
        count(-snapshot.bytes);
    }

    private void count(long more) {
        bytes += more;
        state.budget().take(more);
    }
}
