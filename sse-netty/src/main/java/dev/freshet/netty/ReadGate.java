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
final class ReadGate extends ChannelDuplexHandler {
    /** A read that was asked for is due. */
    private boolean due;

    /** The channel read by itself, which is due again. */
    private boolean auto;

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (isFull(ctx.channel())) {
            due = true;
            pause(ctx.channel());
        } else {
            ctx.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (isFull(ctx.channel())) {
            pause(ctx.channel());
        } else {
            goOn(ctx);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            goOn(ctx);
        }
    }

    /** To withhold reads is not enough: a transport that reads by itself does not ask for each. */
    private void pause(Channel channel) {
        if (channel.config().isAutoRead()) {
            auto = true;
            channel.config().setAutoRead(false);
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        boolean read = due;
        due = false;
        if (auto) {
            auto = false;
            ctx.channel().config().setAutoRead(true); // which reads
        } else if (read) {
            ctx.read();
        }
    }

    /** Not so where the output has ended: what still comes is read to the end. */
    private static boolean isFull(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && !outbound.isWritable();
    }
}
