package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Ends a connection whose client begins another handshake: each costs the server more than the client, as often as it
 * likes, and HTTP/2 allows none (RFC 9113 9.2.1). Stands before TLS and reads the heads of the records (RFC 5246 6.2.1), so
 * that nothing is computed for it, whatever provider the context has. Confined to the event loop.
 */
final class ServerNoRenegotiation extends ChannelInboundHandlerAdapter {
    private static final int HEAD_BYTES = 5;
    private static final int HANDSHAKE = 22;
    /** A first record in the form of SSL 2, which a client may begin in that offers more (RFC 5246 E.2). */
    private static final int SSL2 = 0x80;

    private final Faults faults;
    private boolean handshakeDone;
    private boolean begun;
    /** Of the head of the record that is being read, so many bytes have come. */
    private int headBytes;
    /** The last two bytes, which end as the length that the head tells. */
    private int length;
    /** Bytes to come of the record. */
    private int rest;

    ServerNoRenegotiation(Faults faults) {
        this.faults = faults;
    }

    /** The first is done: what begins from now on is another. */
    void handshakeDone() {
        handshakeDone = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        // One by one: behind the last record of the first handshake may be the first of another.
        while (!handshakeDone && bytes.isReadable()) {
            ctx.fireChannelRead(bytes.readRetainedSlice(untilEndOfRecord(bytes)));
        }
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (!ctx.isRemoved() && beginsHandshake(bytes)) {
            bytes.release();
            faults.peer(ctx.channel().remoteAddress(), "renegotiates TLS");
            ctx.close(); // without a word, which would be one of that handshake
        } else {
            ctx.fireChannelRead(bytes);
        }
    }

    /** Reads as far as the record goes, or the bytes; returns how many they are. */
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

    /** One byte of a head, or what there is of the record behind it; returns where it ends. */
    private int readOn(ByteBuf bytes, int at) {
        if (rest > 0) {
            int skipped = Math.min(rest, bytes.writerIndex() - at);
            rest -= skipped;
            return at + skipped;
        }
        int next = bytes.getUnsignedByte(at);
        if (!begun && next >= SSL2) { // its only record, whose head has two bytes
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
