package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoded state of some topics at a position. A reader that has read it continues in the log after that position. A
 * snapshot is kept in memory while it serves new readers or is being read, unless the hub needs the memory earlier.
 * Thread-safe.
 */
public final class Snapshot {
    /** The bytes that an array takes beside its content. */
    private static final int ARRAY_BYTES = 24;

    private final Snapshots owner;
    private final EventId position;
    private final int count;
    private volatile byte @Nullable [][] pieces;

    /** The bytes that count against the hub's memory. */
    final long bytes;

    /** The uptime in milliseconds at which the state was requested. */
    final long takenAt;

    /** How long the snapshot serves new readers after that, in milliseconds. */
    final long maxAge;

    /**
     * The uptime up to which it is kept for new readers. Guarded, like the fields below, by the lock of {@link HubLog}.
     */
    long until;

    /** Whether it serves new readers. */
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

    /** Returns the position of the snapshot: later events are not in it. */
    public EventId position() {
        return position;
    }

    /** Returns the number of pieces; 0 for an empty state. */
    public int pieces() {
        return count;
    }

    /**
     * Returns a piece.
     *
     * @param index from 0 on
     * @return a read-only view of the heap, or null if the hub has dropped the snapshot
     */
    public @Nullable ByteBuffer piece(int index) {
        byte[][] kept = pieces;
        return kept == null ? null : ByteBuffer.wrap(kept[index]).asReadOnlyBuffer();
    }

    /** Releases the snapshot after one {@link Snapshots#open}; called once for each. */
    public void release() {
        owner.release(this);
    }

    boolean isHeld() {
        return pieces != null;
    }

    /** Drops the pieces. A reader that holds a piece can still read it. */
    void drop() {
        pieces = null;
    }
}
