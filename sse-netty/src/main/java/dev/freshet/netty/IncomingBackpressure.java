package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Reads nothing of a peer that does not take its answers, so that they do not pile up: what waits to be written is
 * bounded by what was read before. Stands before the codec; an HTTP/1.1 stream's beginning takes it away. Confined to
 * the channel's event loop.
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

    /** TLS counts what waits in it, but has the handlers told only when all that is there was read. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ctx.fireChannelRead(msg);
        if (!ctx.isRemoved() && isFull(ctx.channel())) {
            pause.begin(ctx.channel());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
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

    /** Not so where the output has ended: what still comes is read to the end. */
    private static boolean isFull(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && !outbound.isWritable();
    }
}
