package dev.freshet.netty;

import dev.freshet.codec.EventPieces;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/** The pieces of a state that was supplied for one stream alone; events are encoded when they are written. */
final class HubOwnPieces implements HubStatePieces {
    private final EventPieces pieces;
    private final HubBody body;
    private final ByteBufAllocator alloc;
    private final StreamUnsentBytes unsent;
    private boolean betweenEvents = true;

    HubOwnPieces(EventPieces pieces, HubBody body, ByteBufAllocator alloc, StreamUnsentBytes unsent) {
        this.pieces = pieces;
        this.body = body;
        this.alloc = alloc;
        this.unsent = unsent;
    }

    @Override
    public byte[] first() {
        return pieces.hasNext() ? piece() : new byte[0];
    }

    private byte[] piece() {
        byte[] piece = pieces.next();
        betweenEvents = endsEvent(ByteBuffer.wrap(piece));
        return piece;
    }

    @Override
    public boolean hasNext() {
        return pieces.hasNext();
    }

    @Override
    public ByteBuf next() {
        return body.own(new HubCopy(ByteBuffer.wrap(piece()), unsent::madeForOne), alloc);
    }

    /** Returns whether the piece ends with the blank line of an event; no other line of an event is empty. */
    static boolean endsEvent(ByteBuffer piece) {
        int end = piece.limit();
        return piece.remaining() > 1 && piece.get(end - 1) == '\n' && piece.get(end - 2) == '\n';
    }

    @Override
    public boolean isBetweenEvents() {
        return betweenEvents;
    }

    @Override
    public void end() {}
}
