package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The handler that closes a connection whose client begins another TLS handshake. A handshake costs the server more
 * than the client, which may repeat it without a limit, and HTTP/2 forbids renegotiation (RFC 9113 9.2.1). The handler
 * stands before TLS and reads the heads of the records (RFC 5246 6.2.1), so that the handshake costs no computation
 * with any provider. Confined to the event loop.
 */
final class ServerNoRenegotiation extends ChannelInboundHandlerAdapter {
    private static final int HEAD_BYTES = 5;
    private static final int HANDSHAKE = 22;
    /** The first bit of a record in the form of SSL 2, in which a client may send its first hello (RFC 5246 E.2). */
    private static final int SSL2 = 0x80;

    private final Faults faults;
    private boolean handshakeDone;
    /** Whether the first record has begun. */
    private boolean begun;

    /** The number of bytes read of the head of the current record. */
    private int headBytes;
    /** The last two bytes of the head that were read; at its end the length of the record. */
    private int length;
    /** The number of bytes that are left of the current record. */
    private int rest;

    ServerNoRenegotiation(Faults faults) {
        this.faults = faults;
    }

    /** Called when the first handshake has completed; any later one is refused. */
    void handshakeDone() {
        handshakeDone = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        // One record at a time: the last of the first handshake may be followed by the first of another.
        while (!handshakeDone && bytes.isReadable()) {
            ctx.fireChannelRead(bytes.readRetainedSlice(untilEndOfRecord(bytes)));
        }
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (!ctx.isRemoved() && beginsHandshake(bytes)) {
            bytes.release();
            faults.peer(ctx.channel().remoteAddress(), "renegotiates TLS");
            ctx.close(); // without an alert, which would be part of that handshake
        } else {
            ctx.fireChannelRead(bytes);
        }
    }

    /** Reads to the end of the record or of the bytes; returns the number of bytes read. */
    private int untilEndOfRecord(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            at = readOn(bytes, at);
            if (headBytes == 0 && rest == 0) {
                break;
            }
        }
        return at - bytes.readerIndex();
    }

    /** Returns whether a record of a handshake begins in the bytes. */
    private boolean beginsHandshake(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (headBytes == 0 && rest == 0 && bytes.getUnsignedByte(at) == HANDSHAKE) {
                return true;
            }
            at = readOn(bytes, at);
        }
        return false;
    }

    /** Reads one byte of a head, or the available rest of a record; returns the index behind it. */
    private int readOn(ByteBuf bytes, int at) {
        if (rest > 0) {
            int skipped = Math.min(rest, bytes.writerIndex() - at);
            rest -= skipped;
            return at + skipped;
        }
        int next = bytes.getUnsignedByte(at);
        if (!begun && next >= SSL2) { // a head of two bytes, of this record only
            headBytes = HEAD_BYTES - 2;
            next &= ~SSL2;
        }
        begun = true;
        length = (length << Byte.SIZE | next) & 0xFFFF;
        if (++headBytes == HEAD_BYTES) {
            headBytes = 0;
            rest = length;
        }
        return at + 1;
    }
}
