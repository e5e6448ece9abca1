package dev.freshet.netty;

import dev.freshet.log.Batch;
import org.jspecify.annotations.Nullable;

/**
 * The reading of one stream from the log. It reads while its channel is writable, a bounded batch at a time, and for a
 * bounded time in a row. While too many bytes wait in sockets, a stream that cannot reuse the batch of another reads a
 * small one, and only once nothing waits for it. Confined to the event loop.
 */
final class HubDrain {
    /** The size of a batch that is copied for this stream alone: with its frame a power of two. */
    private static final int LONE_BYTES = 16 << 10;

    /** The most bytes that are compressed for one stream, in a row. */
    private static final int DEFLATED_BYTES = 256 << 10;

    private final HubStream stream;
    private boolean draining;
    private boolean scheduled;

    /** Whether it is in the {@link HubRoomQueue}, which sets it. */
    boolean waitsForRoom;

    /** Whether it is being resumed by the {@link HubRoomQueue}. */
    private boolean resuming;

    HubDrain(HubStream stream) {
        this.stream = stream;
    }

    /** Reads outside of a pass of the fan-out. */
    void alone() {
        assert stream.channel.eventLoop().inEventLoop();
        try {
            inPass(EventLoops.nanoTime(stream.channel.eventLoop()), null);
        } finally {
            if (!draining) {
                stream.hubLoop.endPassSoon();
            }
        }
    }

    /**
     * Resumes within the {@link HubRoomQueue}: reads one batch, or more while nothing waits for it, even above the
     * limit.
     */
    void resume() {
        assert stream.channel.eventLoop().inEventLoop();
        resuming = true;
        try {
            alone();
        } finally {
            resuming = false;
        }
    }

    /** Reads outside of a pass what waits for more events. */
    void whatLingers() {
        assert stream.channel.eventLoop().inEventLoop();
        if (stream.state == null && stream.hubLoop.isLingering(stream)) {
            alone();
        }
    }

    /** Reads within a pass of the fan-out; the next stream of the pass, or null, may read the same batches. */
    void inPass(long now, @Nullable HubStream next) {
        assert stream.channel.eventLoop().inEventLoop();
        if (draining || stream.reason != null) {
            return;
        }
        if (stream.state != null) {
            stream.endIfTopicsHave();
            return;
        }
        draining = true;
        boolean sharesPosition = sharesPosition(next); // compared before either reads
        stream.hubLoop.beginRun(stream.cursor);
        try {
            drain(now, sharesPosition);
        } finally {
            draining = false;
            stream.loop.count(stream);
            stream.drained();
        }
    }

    private void drain(long now, boolean sharesPosition) {
        StreamUnsentBytes unsent = stream.loop.unsent();
        int batchBytes = (sharesPosition && !unsent.isOver() ? HubBatchCopies.BATCH_BYTES : LONE_BYTES)
                - StreamFraming.CHUNK_BYTES;
        HubDeflaters deflaters = stream.hubLoop.deflaters();
        long deflated = deflaters.lines() + DEFLATED_BYTES;
        boolean more = true;
        for (int flushes = 0; more; flushes++) {
            if (flushes == HubBatchCopies.FLUSHES_IN_A_ROW || deflaters.lines() > deflated) {
                resumeLater();
                return;
            }
            boolean wrote = false;
            while (more && isWritable() && mayRead(sharesPosition) && deflaters.lines() <= deflated) {
                more = stream.writeNext(now, batchBytes);
                wrote |= more;
            }
            if (!wrote) {
                if (more) {
                    waitForSocket();
                }
                return;
            }
            stream.ctx.flush();
        }
    }

    private boolean sharesPosition(@Nullable HubStream next) {
        return next != null
                && stream.socket == null // bytes that TLS encrypts are not shared
                && stream.cursor.standsWith(next.cursor);
    }

    private boolean isWritable() {
        return stream.reason == null && stream.channel.isWritable();
    }

    private boolean mayRead(boolean sharesPosition) {
        StreamUnsentBytes unsent = stream.loop.unsent();
        return !unsent.isOver()
                || isInStep()
                || (sharesPosition || resuming || !unsent.isFull())
                        && StreamWriteProgress.mark(stream.channel) == StreamWriteProgress.NOTHING_WAITS;
    }

    /** Returns a batch that another stream has read, for the stream's cursor to compare, or null. */
    @Nullable
    Batch shared() {
        Batch shared = stream.hubLoop.shared();
        return shared == null ? stream.body.next(stream.cursor) : shared;
    }

    private boolean isInStep() {
        Batch shared = stream.socket == null ? shared() : null;
        return shared != null && stream.cursor.isNext(shared);
    }

    /**
     * Leaves the drain with events unread. Exactly one of three resumes it: {@link HubStream#channelWritabilityChanged}
     * if the channel is not writable; {@link HubRoomQueue} if it is writable and idle and the loop's unsent bytes are
     * far above their limit; else {@link StreamWriteProgress#whenEmpty}, once what was written before has left.
     */
    private void waitForSocket() {
        boolean isIdle = StreamWriteProgress.mark(stream.channel) == StreamWriteProgress.NOTHING_WAITS;
        if (isWritable() && isIdle && stream.loop.unsent().isFull()) {
            stream.hubLoop.whenRoom(stream);
        } else if (isWritable()) {
            stream.writes.whenEmpty(stream.ctx, this::alone);
        }
        stream.endIfTopicsHave();
    }

    private void resumeLater() {
        if (!scheduled) {
            scheduled = true;
            stream.loop.afterInputAndOutput(() -> {
                scheduled = false;
                alone();
            });
        }
    }
}
