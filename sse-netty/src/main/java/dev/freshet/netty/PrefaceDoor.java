package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The first handler of a connection without TLS: a client that begins with HTTP/2's preface speaks HTTP/2 by prior
 * knowledge (RFC 9113 3.3), and any other HTTP/1. No request begins like the preface, so the first byte that differs
 * decides.
 */
final class PrefaceDoor extends ByteToMessageDecoder {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerPipeline server;

    PrefaceDoor(ServerPipeline server) {
        this.server = server;
    }

    /** What differs at once, as nearly every request does, goes on as it came. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        if (actualReadableBytes() == 0 && msg instanceof ByteBuf in && differs(in)) {
            try {
                server.http1(ctx.pipeline());
                ctx.pipeline().remove(this);
            } catch (Throwable e) { // the application's handlers could not be added
                in.release();
                throw e;
            }
            ctx.fireChannelRead(in);
        } else {
            super.channelRead(ctx, msg);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        ChannelPipeline pipeline = ctx.pipeline();
        if (differs(in)) {
            server.http1(pipeline);
            pipeline.remove(this); // which hands on what was read
        } else if (in.readableBytes() >= PREFACE.length) {
            server.http2(pipeline);
            pipeline.remove(this);
        }
    }

    private static boolean differs(ByteBuf in) {
        int known = Math.min(in.readableBytes(), PREFACE.length);
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        server.faults().failed("connection", ctx.channel(), cause);
        ctx.close();
    }
}
