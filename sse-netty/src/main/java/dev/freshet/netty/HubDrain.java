package dev.freshet.netty;

import dev.freshet.log.Batch;
import org.jspecify.annotations.Nullable;

/**
 * How one stream reads on in the log: while its channel takes it, so much at a time, and not for so long that it holds the
 * loop. While too much waits in sockets, who does not read what another has just read gets little, and that once nothing waits
 * for it. Confined to the event loop.
 */
final class HubDrain {
    /** A batch that may be copied for this stream alone: with its frame a power of two. */
    private static final int LONE_BYTES = 16 << 10;

    private final HubStream stream;
    private boolean draining;
    private boolean goesOn;

    /** The queue's to set. */
    boolean waitsForRoom;

    /** It has waited for room long enough. */
    private boolean hasTurn;

    HubDrain(HubStream stream) {
        this.stream = stream;
    }

    /** Outside a pass of the fan-out. */
    void alone() {
        try {
            inPass(System.nanoTime(), null);
        } finally {
            if (!draining) {
                stream.hubLoop.endPassSoon();
            }
        }
    }

    /** One batch, or more while nothing waits for it, even where there is no room. */
    void inTurn() {
        hasTurn = true;
        try {
            alone();
        } finally {
            hasTurn = false;
        }
    }

    /** The next stream of the pass, where there is one, may read the same. */
    void inPass(long now, @Nullable HubStream next) {
        if (draining || stream.reason != null) {
            return;
        }
        if (stream.state != null) {
            stream.endIfTopicsHave();
            return;
        }
        draining = true;
        boolean sharesPlace = sharesPlace(next); // while neither has looked for what comes next
        stream.hubLoop.beginRun(stream.cursor);
        try {
            drain(now, sharesPlace);
        } finally {
            draining = false;
            stream.group.count(stream);
            stream.drained();
        }
    }

    private void drain(long now, boolean sharesPlace) {
        StreamUnsentBytes unsent = stream.group.unsent();
        int batchBytes =
                (sharesPlace && !unsent.isOver() ? HubBatchCopies.BATCH_BYTES : LONE_BYTES) - StreamFraming.CHUNK_BYTES;
        boolean more = true;
        for (int flushes = 0; more; flushes++) {
            if (flushes == HubBatchCopies.FLUSHES_IN_A_ROW) {
                goOnLater();
                return;
            }
            boolean wrote = false;
            while (more && isWritable() && mayRead(sharesPlace)) {
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

    private boolean sharesPlace(@Nullable HubStream next) {
        return next != null
                && stream.socket == null // what TLS encrypts is nobody else's
                && stream.cursor.standsWith(next.cursor);
    }

    private boolean isWritable() {
        return stream.reason == null && stream.channel.isWritable();
    }

    private boolean mayRead(boolean sharesPlace) {
        StreamUnsentBytes unsent = stream.group.unsent();
        return !unsent.isOver()
                || isInStep()
                || (sharesPlace || hasTurn || !unsent.isFull())
                        && StreamWriteProgress.mark(stream.channel) == StreamWriteProgress.NOTHING_WAITS;
    }

    private boolean isInStep() {
        Batch shared = stream.socket == null ? stream.hubLoop.shared() : null;
        return shared != null && stream.cursor.isNext(shared);
    }

    /** There may be more to read. A channel that is full goes on in channelWritabilityChanged. */
    private void waitForSocket() {
        boolean isIdle = StreamWriteProgress.mark(stream.channel) == StreamWriteProgress.NOTHING_WAITS;
        if (isWritable() && isIdle && stream.group.unsent().isFull()) {
            stream.hubLoop.whenRoom(stream);
        } else if (isWritable()) {
            stream.writes.whenEmpty(stream.ctx, this::alone);
        }
        stream.endIfTopicsHave();
    }

    private void goOnLater() {
        if (!goesOn) {
            goesOn = true;
            stream.group.afterInputAndOutput(() -> {
                goesOn = false;
                alone();
            });
        }
    }
}
