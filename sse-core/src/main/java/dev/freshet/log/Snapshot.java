package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of some topics as it stood at a position, encoded: whoever has read it goes on in the log behind that position. It
 * is in memory as long as it serves newcomers or somebody reads it, unless the hub needs the memory before. Thread-safe.
 */
public final class Snapshot {
    /** Of each array beside its bytes. */
    private static final int ARRAY_BYTES = 24;

    private final Snapshots owner;
    private final EventId position;
    private final int count;
    private volatile byte @Nullable [][] pieces;

    /** How much it counts. */
    final long bytes;

    /** The uptime at which the state was asked for, and for how many milliseconds it serves newcomers. */
    final long takenAt;

    final long maxAge;

    /** The uptime up to which it waits for newcomers; guarded, as what follows, by the lock of {@link HubLog}. */
    long until;

    /** Whether it serves newcomers. */
    boolean offered = true;

    int readers;

    Snapshot(Snapshots owner, EventId position, long takenAt, long maxAge, List<byte[]> pieces) {
        this.owner = owner;
        this.position = position;
        this.takenAt = takenAt;
        this.maxAge = maxAge;
        this.pieces = pieces.toArray(byte[][]::new);
        this.count = pieces.size();
        this.bytes =
                pieces.stream().mapToLong(piece -> piece.length + ARRAY_BYTES).sum();
    }

    /** Where it stands: what comes after is not in it. */
    public EventId position() {
        return position;
    }

    /** How many pieces it has; 0 for a state of nothing. */
    public int pieces() {
        return count;
    }

    /**
     * A piece of it.
     *
     * @param index from 0 on
     * @return a read-only view of the heap, or null where the hub has given the snapshot up
     */
    public @Nullable ByteBuffer piece(int index) {
        byte[][] kept = pieces;
        return kept == null ? null : ByteBuffer.wrap(kept[index]).asReadOnlyBuffer();
    }

    /** Ends one reading that {@link Snapshots#open} began; once for each. */
    public void release() {
        owner.release(this);
    }

    boolean isHeld() {
        return pieces != null;
    }

    /** Who holds a piece reads that to its end. */
    void drop() {
        pieces = null;
    }
}
