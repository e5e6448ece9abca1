package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * A pause of reading by one handler. Several handlers of a channel may pause at a time. Each restores only what it has
 * changed, so that reading remains off if other code has turned it off. Confined to the channel's event loop.
 */
final class IncomingReadPause {
    /** Whether a requested read was withheld. */
    private boolean due;

    /** Whether {@code AUTO_READ} was on. */
    private boolean auto;

    /** Turns {@code AUTO_READ} off: with it a transport may read without a request that could be withheld. */
    void begin(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        if (channel.config().isAutoRead()) {
            auto = true;
            channel.config().setAutoRead(false);
        }
    }

    /** Withholds a read that was requested from the handler. */
    void withhold(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        due = true;
        begin(channel);
    }

    /** Ends the pause, and performs a withheld read. Idempotent. */
    void end(ChannelHandlerContext ctx) {
        assert ctx.channel().eventLoop().inEventLoop();
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
