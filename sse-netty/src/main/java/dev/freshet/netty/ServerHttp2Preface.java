package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * The handler that decides, on a connection without TLS, between HTTP/1 and HTTP/2. A connection that begins with the
 * preface of HTTP/2 is HTTP/2 by prior knowledge (RFC 9113 3.3), and any other is HTTP/1. No request of HTTP/1 begins
 * with the whole preface, so the first byte that differs decides. Confined to the event loop.
 */
final class ServerHttp2Preface extends ByteToMessageDecoder {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Faults faults;
    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;

    /**
     * Creates the handler.
     *
     * @param http1 adds the handlers for HTTP/1.1
     * @param http2 adds the handlers for HTTP/2
     */
    ServerHttp2Preface(Faults faults, Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
        this.faults = faults;
        this.http1 = http1;
        this.http2 = http2;
    }

    /** Passes on input without a copy if its first byte differs, as that of nearly every request does. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        assert ctx.channel().eventLoop().inEventLoop();
        if (actualReadableBytes() == 0 && msg instanceof ByteBuf in && differs(in)) {
            try {
                http1.accept(ctx.pipeline());
                ctx.pipeline().remove(this);
            } catch (Throwable e) { // the application's handlers were not added
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
            http1.accept(pipeline);
            pipeline.remove(this); // the removal passes on the input
        } else if (in.readableBytes() >= PREFACE.length) {
            http2.accept(pipeline);
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
        faults.failed("connection", ctx.channel(), cause);
        ctx.close();
    }
}
