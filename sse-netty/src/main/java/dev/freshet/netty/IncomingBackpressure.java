package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The handler that pauses reading from a peer that does not read its responses. The bytes that wait to be written are
 * therefore bounded by those that were read before. Stands before the codec, and is removed when a hub's stream begins
 * over HTTP/1.1. Confined to the channel's event loop.
 */
final class IncomingBackpressure extends ChannelDuplexHandler {
    private final IncomingReadPause pause = new IncomingReadPause();

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (isFull(ctx.channel())) {
            pause.withhold(ctx.channel());
        } else {
            ctx.read();
        }
    }

    /**
     * Passes on input, and then pauses if the outbound buffer is full. TLS counts the bytes that wait in it, but fires
     * the change of writability only after all available input was read.
     */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        ctx.fireChannelRead(msg);
        if (!ctx.isRemoved() && isFull(ctx.channel())) {
            pause.begin(ctx.channel());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (isFull(ctx.channel())) {
            pause.begin(ctx.channel());
        } else {
            pause.end(ctx);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            pause.end(ctx);
        }
    }

    /**
     * Returns whether the outbound buffer is full. It is false if the output has ended, so that the input is read to
     * its end.
     */
    private static boolean isFull(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && !outbound.isWritable();
    }
}
