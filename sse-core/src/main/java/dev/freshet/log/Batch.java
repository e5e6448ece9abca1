package dev.freshet.log;

import java.nio.ByteBuffer;

/**
 * What a {@link Cursor} read: a run of whole encoded events, or the reason why there is none.
 *
 * <p>{@link #CAUGHT_UP}, {@link #LAGGED_OUT}, {@link #ENDED} and {@link #CLOSED} hold no bytes and are compared by identity. Immutable
 * and thread-safe: connections that stand at the same place share one batch.
 */
public final class Batch {
    /** Everything published so far was read. */
    public static final Batch CAUGHT_UP = new Batch();
    /** The next event was evicted before it was read; the cursor stays useless until it is moved. */
    public static final Batch LAGGED_OUT = new Batch();
    /** Everything was read up to the reader's own end, or that of all its topics: nothing will follow. */
    public static final Batch ENDED = new Batch();
    /** Everything was read and the hub is closed: nothing will follow. */
    public static final Batch CLOSED = new Batch();

    private final ByteBuffer bytes;
    private final Segment segment;
    private final int from;
    final int to;
    final long lastMillis;
    final long lastSequence;

    @SuppressWarnings("NullAway") // the constants stand at no place
    private Batch() {
        bytes = ByteBuffer.allocate(0);
        segment = null;
        from = 0;
        to = 0;
        lastMillis = 0;
        lastSequence = 0;
    }

    Batch(Segment segment, byte[] memory, int from, int to) {
        this.segment = segment;
        this.from = from;
        this.to = to;
        int start = segment.start(memory, from);
        this.bytes = ByteBuffer.wrap(memory, start, segment.end(memory, to - 1) - start)
                .slice()
                .asReadOnlyBuffer();
        this.lastMillis = segment.millis(memory, to - 1);
        this.lastSequence = segment.sequence(memory, to - 1);
    }

    /** The encoded events: a read-only view of the heap, the same object at every call; do not move its position. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** How many events it holds. */
    public int events() {
        return to - from;
    }

    boolean startsAt(Segment otherSegment, int index) {
        return segment == otherSegment && from == index;
    }
}
