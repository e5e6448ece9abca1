package dev.freshet.netty;

import dev.freshet.log.Snapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The pieces of a snapshot that many streams write, each at its own pace. */
final class HubSharedPieces implements HubStatePieces {
    private static final byte[] NOTHING = {};

    private final Snapshot snapshot;
    private final HubSnapshotCopies copies;
    private final HubBody body;
    private final ByteBufAllocator alloc;
    private int next;
    private boolean joined;
    private boolean betweenEvents = true;

    HubSharedPieces(Snapshot snapshot, HubSnapshotCopies copies, HubBody body, ByteBufAllocator alloc) {
        this.snapshot = snapshot;
        this.copies = copies;
        this.body = body;
        this.alloc = alloc;
    }

    /** Returns no bytes: a frame that streams share has no lines of one stream. */
    @Override
    public byte[] first() {
        return NOTHING;
    }

    @Override
    public boolean hasNext() {
        return next < snapshot.pieces();
    }

    @Override
    public @Nullable ByteBuf next() {
        ByteBuffer piece = snapshot.piece(next);
        if (piece == null) {
            return null;
        }
        if (!joined) {
            joined = true;
            copies.join(snapshot);
        }
        betweenEvents = HubOwnPieces.endsEvent(piece);
        return copies.frame(snapshot, next++, piece, body, alloc);
    }

    @Override
    public boolean isBetweenEvents() {
        return betweenEvents;
    }

    @Override
    public void end() {
        if (joined) {
            joined = false;
            copies.leave(snapshot);
        }
    }
}
