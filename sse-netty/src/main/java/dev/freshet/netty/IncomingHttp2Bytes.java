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
 * Counts what an HTTP/2 connection's codec holds of a frame that is not complete, and of a header block whose last
 * CONTINUATION has not come. Stands before the codec. Where there is no room for it, it has the stream refused whose body it is
 * a part of, or ends the connection with ENHANCE_YOUR_CALM. Confined to the event loop.
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

    /** Of what comes before the frames. */
    private int prefaceLeft = PREFACE_BYTES;

    private final byte[] head = new byte[HEAD_BYTES];
    /** What has come of the head of a frame, and of its payload. */
    private int headBytes;

    private int payloadBytes;
    private int payloadLength;
    /** The payloads of a header block. */
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
                end();
            }
        }
    }

    /** A frame is whole. */
    private void end() {
        if (head[TYPE_AT] == HEADERS || head[TYPE_AT] == CONTINUATION) {
            block = new Http2Flags(head[FLAGS_AT]).endOfHeaders() ? 0 : block + payloadBytes;
        }
        headBytes = 0;
        payloadBytes = 0;
    }

    /** A part of a body is its stream's matter, and one that nobody waits for nobody keeps. */
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
    void tell(ChannelHandlerContext ctx) {
        faults.peer(ctx.channel().remoteAddress(), IncomingOverBudgetException.REASON);
        enhanceYourCalm(ctx.channel());
    }

    /** A peer goes on that was told to be calm. */
    static void enhanceYourCalm(Channel connection) {
        connection.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM));
        connection.close();
    }
}
