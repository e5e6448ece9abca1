package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * A handler's hold on reading, which several of one channel may have at a time: each gives back what it took, so reading
 * that somebody else has stopped stays stopped. Confined to the channel's event loop.
 */
final class IncomingReadPause {
    /** A read that was asked for is due. */
    private boolean due;

    /** The channel read by itself, which is due again. */
    private boolean auto;

    /** To withhold reads is not enough: a transport that reads by itself does not ask for each. */
    void begin(Channel channel) {
        if (channel.config().isAutoRead()) {
            auto = true;
            channel.config().setAutoRead(false);
        }
    }

    /** Withholds a read that passes the handler. */
    void withhold(Channel channel) {
        due = true;
        begin(channel);
    }

    /** Idempotent. */
    void end(ChannelHandlerContext ctx) {
        boolean read = due;
        due = false;
        if (auto) {
            auto = false;
            ctx.channel().config().setAutoRead(true); // which reads
        } else if (read) {
            ctx.read();
        }
    }
}
