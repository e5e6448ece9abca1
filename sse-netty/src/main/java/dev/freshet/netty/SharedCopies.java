package dev.freshet.netty;

import dev.freshet.log.Batch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of one event loop have read in one pass, and the copies of it: each batch is copied out of the log once for
 * all who read it in a row. Confined to the event loop.
 */
final class SharedCopies {
    /** As much as a stream reads in one go, so that those behind it in the pass find all of it. */
    private static final int MOST_BYTES = Drain.FLUSHES_IN_A_ROW * Drain.SHARED_BYTES;

    private static final int MOST_COPIES = 1024;

    private final UnsentBytes unsent;
    private final List<Batch> batches = new ArrayList<>();
    private final List<ByteBuf> copies = new ArrayList<>();
    private long bytes;
    /** Where the last stream began that read anything, and where the one that reads now is. */
    private int runStart;

    private int at;
    private boolean isNewRun;

    SharedCopies(UnsentBytes unsent) {
        this.unsent = unsent;
    }

    /** A stream is about to read: first of all what the one before it did, where that stood at the same place. */
    void beginRun() {
        at = runStart;
        isNewRun = true;
    }

    /** The batch that comes next where the stream goes the way of the one before, for its cursor to compare. */
    @Nullable
    Batch next() {
        return at < batches.size() ? batches.get(at) : null;
    }

    /** The batch as a buffer to write, whatever the framing. */
    ByteBuf frame(Batch batch, Framing framing, ByteBufAllocator alloc) {
        if (batch != next()) {
            copy(batch, alloc);
        }
        ByteBuf copy = copies.get(at++);
        isNewRun = false;
        return framing.share(copy, batch.bytes().remaining());
    }

    /** To the end of what is shared, which is where the stream is then. */
    private void copy(Batch batch, ByteBufAllocator alloc) {
        ByteBuf copy = Framing.chunk(alloc, batch.bytes());
        if (bytes + copy.capacity() > MOST_BYTES || copies.size() == MOST_COPIES) {
            letGo();
        }
        at = copies.size();
        if (isNewRun) {
            runStart = at;
        }
        batches.add(batch);
        copies.add(copy);
        bytes += copy.capacity();
        unsent.made(copy);
    }

    /** The end of the pass: each copy is held from now on for those who write it. */
    void letGo() {
        unsent.keep(copies);
        copies.clear();
        batches.clear();
        bytes = 0;
        runStart = 0;
        at = 0;
    }
}
