package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.ByteBuffer;

/**
 * The result of one read of a {@link Cursor}: a run of whole encoded events, or the reason why there is none.
 *
 * <p>{@link #CAUGHT_UP}, {@link #LAGGED_OUT}, {@link #ENDED} and {@link #CLOSED} hold no bytes and are compared by
 * identity.
 *
 * <p><b>Sharing.</b> Readers that stand at the same position share one batch, so that a transport can copy its bytes
 * once and write the copy to all of them. A batch is identified by the segment and the index of its first event. A
 * reader passes a batch that another reader has read to {@link Cursor#next}. The cursor returns that very object if its
 * own next event is the first of the batch, and if it may read as far as the end of the batch; otherwise it reads a
 * batch of its own. {@link Cursor#isNext} returns before the read whether a batch begins at the cursor, and {@link
 * Cursor#standsWith} whether two cursors will continue with the same batches. The transport keeps the batches of one
 * event loop for the length of a pass, with their copies, in the order in which they were read: a reader that joins at
 * the first of them receives each of the others in turn. At the end of the pass it releases them. Sharing changes
 * neither the events of a reader nor their order.
 *
 * <p>Immutable and thread-safe.
 */
public final class Batch {
    /** Everything that was published so far has been read. */
    public static final Batch CAUGHT_UP = new Batch();
    /**
     * The next event was evicted before it was read. The cursor reads nothing more until {@link Cursor#skip} moves it.
     */
    public static final Batch LAGGED_OUT = new Batch();
    /** Everything has been read up to the reader's own end, or up to the end of all its topics. Nothing follows. */
    public static final Batch ENDED = new Batch();
    /** Everything has been read and the hub is closed. Nothing follows. */
    public static final Batch CLOSED = new Batch();

    private final ByteBuffer bytes;
    private final Segment segment;
    private final int from;
    final int to;
    final long lastMillis;
    final long lastSequence;

    @SuppressWarnings("NullAway") // the constants have no segment
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

    /**
     * Returns the encoded events.
     *
     * @return a read-only view of the heap; the same object at every call, whose position and limit must not be changed
     */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Returns the number of events; 0 for the constants. */
    public int events() {
        return to - from;
    }

    /** Returns the position of the last event; of the constants, the least one. */
    public EventId lastId() {
        return new EventId(lastMillis, lastSequence);
    }

    /** Returns whether the first event of this batch is the one at an index of a segment; see <i>Sharing</i>. */
    boolean startsAt(Segment otherSegment, int index) {
        return segment == otherSegment && from == index;
    }
}
