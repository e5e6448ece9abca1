package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The batches that the streams of one event loop have read in one pass, and their copies: each batch is copied out of
 * the log once for all streams that read it. The batches that a stream reads in a row are a run; a stream whose cursor
 * is at the start of a run follows it. The last {@value #MOST_STARTS} starts of runs are kept. {@link Batch} has the
 * reasons for sharing batches. Confined to its owner's event loop.
 */
final class HubBatchCopies {
    /** The size of a batch that more than one stream reads: with its frame a power of two. */
    static final int BATCH_BYTES = 64 << 10;

    /** The number of flushes of one stream before the other streams are served. */
    static final int FLUSHES_IN_A_ROW = 16;

    /** The bytes that one stream reads in a row, so that those behind it in the pass find all of them. */
    private static final int MOST_BYTES = FLUSHES_IN_A_ROW * BATCH_BYTES;

    private static final int MOST_COPIES = 8 << 10;
    private static final int MOST_STARTS = 4;

    private final StreamUnsentBytes unsent;
    /** The owners of the buffers of copies that are kept for the pass, and of those that are not. */
    private final Consumer<ByteBuf> pass = this::made;

    private final Consumer<ByteBuf> one;
    private final List<ByteBuf> copies = new ArrayList<>();
    /** The first copies of runs, the most recently read one first. */
    private final @Nullable HubBatchCopy[] starts = new HubBatchCopy[MOST_STARTS];

    private long bytes;
    private @Nullable HubBatchCopy last;
    private @Nullable HubBatchCopy next;
    private boolean isNewRun;

    HubBatchCopies(StreamUnsentBytes unsent) {
        this.unsent = unsent;
        this.one = unsent::madeForOne;
    }

    /** Called before a stream reads: finds a run that began at its cursor. */
    void beginRun(Cursor cursor) {
        assert unsent.isConfined();
        last = null;
        next = null;
        isNewRun = true;
        for (int i = 0; i < MOST_STARTS && starts[i] != null; i++) {
            if (cursor.isNext(starts[i].batch)) {
                next = starts[i];
                bringForward(i, next);
                return;
            }
        }
    }

    private void bringForward(int index, HubBatchCopy start) {
        System.arraycopy(starts, 0, starts, 1, index);
        starts[0] = start;
    }

    /** Returns the next batch of the run that the stream follows, for its cursor to compare, or null for none. */
    @Nullable
    Batch next() {
        return next == null ? null : next.batch;
    }

    /** Returns the batch as a buffer to write, whatever the body's framing and coding. */
    ByteBuf frame(Batch batch, HubBody body, ByteBufAllocator alloc) {
        assert unsent.isConfined();
        HubBatchCopy copy = next;
        if (copy == null || copy.batch != batch) {
            boolean isFull = isFull(batch);
            if (isFull && !isNewRun) { // streams that follow this run find what is kept of it
                next = null;
                return body.batch(new HubBatchCopy(batch, one), alloc);
            }
            if (isFull) {
                release();
            }
            copy = add(new HubBatchCopy(batch, pass));
        }
        last = copy;
        next = copy.next;
        isNewRun = false;
        return body.batch(copy, alloc);
    }

    private boolean isFull(Batch another) {
        return bytes + another.bytes().remaining() + StreamFraming.CHUNK_BYTES > MOST_BYTES
                || copies.size() >= MOST_COPIES;
    }

    private HubBatchCopy add(HubBatchCopy copy) {
        if (last != null) {
            last.next = copy;
        } else {
            bringForward(MOST_STARTS - 1, copy);
        }
        return copy;
    }

    private void made(ByteBuf copy) {
        copies.add(copy);
        bytes += copy.capacity();
        unsent.made(copy);
    }

    /** Ends the pass: the references pass to {@link StreamUnsentBytes}. */
    void release() {
        assert unsent.isConfined();
        unsent.keep(copies);
        copies.clear();
        Arrays.fill(starts, null);
        bytes = 0;
        last = null;
        next = null;
    }
}
