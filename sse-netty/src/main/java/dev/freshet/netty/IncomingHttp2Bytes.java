package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;

/**
 * The counter of bytes that the codec of an HTTP/2 connection holds of an incomplete frame, and of a header block whose
 * last CONTINUATION was not received. Stands before the codec. If the limits do not allow them, the request is refused
 * if they are a part of its body; otherwise the connection is closed with ENHANCE_YOUR_CALM. Confined to the event
 * loop.
 */
final class IncomingHttp2Bytes extends IncomingCodecBytes {
    private static final int PREFACE_BYTES = 24;
    private static final int HEAD_BYTES = 9;
    private static final int TYPE_AT = 3;
    private static final int FLAGS_AT = 4;
    private static final int STREAM_AT = 5;
    private static final byte DATA = 0;
    private static final byte HEADERS = 1;
    private static final byte CONTINUATION = 9;

    private final IncomingConnectionBudget budget;
    private final Faults faults;

    /** The number of bytes that are left of the connection preface. */
    private int prefaceLeft = PREFACE_BYTES;

    private final byte[] head = new byte[HEAD_BYTES];
    /** The number of bytes received of the head of the current frame. */
    private int headBytes;

    /** The number of bytes received of the payload of the current frame. */
    private int payloadBytes;

    private int payloadLength;
    /** The number of bytes in the payloads of the current header block. */
    private int block;

    IncomingHttp2Bytes(IncomingConnectionBudget budget, Faults faults) {
        super(budget);
        this.faults = faults;
        this.budget = budget;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (isRefused()) {
            ReferenceCountUtil.release(msg);
            return;
        }
        if (msg instanceof ByteBuf in) {
            count(in);
        }
        ctx.fireChannelRead(msg);
        if (!bytes.hold(block + headBytes + payloadBytes)) {
            refusePart();
        }
    }

    private void count(ByteBuf in) {
        int at = in.readerIndex();
        int skipped = Math.min(prefaceLeft, in.writerIndex() - at);
        prefaceLeft -= skipped;
        at += skipped;
        while (at < in.writerIndex()) {
            int left = in.writerIndex() - at;
            if (headBytes < HEAD_BYTES) {
                int part = Math.min(HEAD_BYTES - headBytes, left);
                in.getBytes(at, head, headBytes, part);
                headBytes += part;
                at += part;
                payloadLength = (head[0] & 0xFF) << 16 | (head[1] & 0xFF) << 8 | head[2] & 0xFF;
            } else {
                int part = Math.min(payloadLength - payloadBytes, left);
                payloadBytes += part;
                at += part;
            }
            if (headBytes == HEAD_BYTES && payloadBytes == payloadLength) {
                endFrame();
            }
        }
    }

    /** Called at the end of a frame. */
    private void endFrame() {
        if (head[TYPE_AT] == HEADERS || head[TYPE_AT] == CONTINUATION) {
            block = new Http2Flags(head[FLAGS_AT]).endOfHeaders() ? 0 : block + payloadBytes;
        }
        headBytes = 0;
        payloadBytes = 0;
    }

    /**
     * Refuses the request of an incomplete DATA frame. Closes the connection for any other incomplete frame. A DATA
     * frame of no request is not kept.
     */
    private void refusePart() {
        if (headBytes < HEAD_BYTES || head[TYPE_AT] != DATA) {
            refuse();
            return;
        }
        IncomingBytes request = budget.stream(ByteBuffer.wrap(head).getInt(STREAM_AT) & Integer.MAX_VALUE);
        if (request != null) {
            request.refuse();
        }
    }

    @Override
    void respond(ChannelHandlerContext ctx) {
        faults.peer(ctx.channel().remoteAddress(), IncomingOverBudgetException.REASON);
        enhanceYourCalm(ctx.channel());
    }

    /** Closes the connection of a peer with ENHANCE_YOUR_CALM. */
    static void enhanceYourCalm(Channel connection) {
        assert connection.eventLoop().inEventLoop();
        connection.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM));
        connection.close();
    }
}
