package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection whose client begins another handshake: each costs the server more than the client, as often as it
 * likes, and HTTP/2 allows none (RFC 9113 9.2.1). Stands before TLS and reads the heads of the records (RFC 5246 6.2.1), so
 * that nothing is computed for it, whatever provider the context has. Confined to the event loop.
 */
final class NoRenegotiation extends ChannelInboundHandlerAdapter {
    private static final int HEAD_BYTES = 5;
    private static final int HANDSHAKE = 22;

    private final Faults faults;
    private boolean handshakeDone;
    /** Of the head of the record that is being read, so many bytes have come. */
    private int headBytes;
    /** The last two bytes, which end as the length that the head tells. */
    private int length;
    /** Bytes to come of the record. */
    private int rest;

    NoRenegotiation(Faults faults) {
        this.faults = faults;
    }

    /** The first is done: what begins from now on is another. */
    void handshakeDone() {
        handshakeDone = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof ByteBuf bytes && beginsHandshake(bytes)) {
            ReferenceCountUtil.release(msg);
            faults.peer(ctx.channel().remoteAddress(), "renegotiates TLS");
            ctx.close(); // without a word, which would be one of that handshake
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    private boolean beginsHandshake(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (rest > 0) {
                int skipped = Math.min(rest, bytes.writerIndex() - at);
                at += skipped;
                rest -= skipped;
                continue;
            }
            int next = bytes.getUnsignedByte(at++);
            if (headBytes == 0 && next == HANDSHAKE && handshakeDone) {
                return true;
            }
            length = (length << Byte.SIZE | next) & 0xFFFF;
            if (++headBytes == HEAD_BYTES) {
                headBytes = 0;
                rest = length;
            }
        }
        return false;
    }
}
