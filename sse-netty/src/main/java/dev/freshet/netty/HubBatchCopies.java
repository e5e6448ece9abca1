package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of one event loop have read in one pass, and the copies of it: each batch is copied out of the log once for
 * all who read it. What a stream reads in one go is a run; who stands where one began reads on along it. The last {@value
 * #MOST_PLACES} places are known at which one began. Confined to the event loop.
 */
final class HubBatchCopies {
    /** A batch that more than one stream reads: with its frame a power of two. */
    static final int BATCH_BYTES = 64 << 10;

    /** How often a stream flushes before others have their turn. */
    static final int FLUSHES_IN_A_ROW = 16;

    /** As much as a stream reads in one go, so that those behind it in the pass find all of it. */
    private static final int MOST_BYTES = FLUSHES_IN_A_ROW * BATCH_BYTES;

    private static final int MOST_COPIES = 8 << 10;
    private static final int MOST_PLACES = 4;

    private static final class Copy {
        final Batch batch;
        final ByteBuf bytes;
        /** What came behind it in the run that came last. */
        @Nullable
        Copy next;

        Copy(Batch batch, ByteBuf bytes) {
            this.batch = batch;
            this.bytes = bytes;
        }
    }

    private final StreamUnsentBytes unsent;
    private final List<ByteBuf> copies = new ArrayList<>();
    /** Where runs began, the one that was read last first. */
    private final @Nullable Copy[] starts = new Copy[MOST_PLACES];

    private long bytes;
    private @Nullable Copy last;
    private @Nullable Copy next;
    private boolean isNewRun;

    HubBatchCopies(StreamUnsentBytes unsent) {
        this.unsent = unsent;
    }

    /** A stream is about to read: first of all what those did who stood at the same place. */
    void beginRun(Cursor cursor) {
        last = null;
        next = null;
        isNewRun = true;
        for (int i = 0; i < MOST_PLACES && starts[i] != null; i++) {
            if (cursor.isNext(starts[i].batch)) {
                next = starts[i];
                bringForward(i, next);
                return;
            }
        }
    }

    private void bringForward(int place, Copy start) {
        System.arraycopy(starts, 0, starts, 1, place);
        starts[0] = start;
    }

    /** The batch that comes next where the stream goes the way of those before, for its cursor to compare. */
    @Nullable
    Batch next() {
        return next == null ? null : next.batch;
    }

    /** The batch as a buffer to write, whatever the framing. */
    ByteBuf frame(Batch batch, StreamFraming framing, ByteBufAllocator alloc) {
        int length = batch.bytes().remaining();
        Copy copy = next;
        if (copy == null || copy.batch != batch) {
            ByteBuf made = StreamFraming.chunk(alloc, batch.bytes());
            if (isFull(made) && !isNewRun) { // those who follow along this run read what there is of it
                ByteBuf share = framing.share(made, length);
                unsent.madeForOne(made);
                next = null;
                return share;
            }
            copy = add(batch, made);
        }
        last = copy;
        next = copy.next;
        isNewRun = false;
        return framing.share(copy.bytes, length);
    }

    private boolean isFull(ByteBuf another) {
        return bytes + another.capacity() > MOST_BYTES || copies.size() == MOST_COPIES;
    }

    private Copy add(Batch batch, ByteBuf made) {
        if (isFull(made)) {
            release();
        }
        Copy copy = new Copy(batch, made);
        if (last != null) {
            last.next = copy;
        } else {
            bringForward(MOST_PLACES - 1, copy);
        }
        copies.add(made);
        bytes += made.capacity();
        unsent.made(made);
        return copy;
    }

    /** The end of the pass: each copy is held from now on for those who write it. */
    void release() {
        unsent.keep(copies);
        copies.clear();
        Arrays.fill(starts, null);
        bytes = 0;
        last = null;
        next = null;
    }
}
