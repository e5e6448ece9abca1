package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BooleanSupplier;

/**
 * The read that a handler owes on a channel with {@code AUTO_READ} off. A handler behind has requested the read; where this
 * handler consumes the input itself, the one behind is not called and does not request the next. Confined to the channel's
 * event loop.
 */
final class IncomingPendingRead {
    private final BooleanSupplier heldBack;
    private boolean owed;
    private boolean scheduled;

    /** @param heldBack whether reading is paused; {@link #pay} is called at the end of a pause */
    IncomingPendingRead(BooleanSupplier heldBack) {
        this.heldBack = heldBack;
    }

    /** Called when the handler has consumed input. */
    void owe() {
        owed = true;
    }

    /** Called when the handler has passed on a read. */
    void settle() {
        owed = false;
    }

    /** Passes on input. */
    void passOn(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        settle();
        ctx.fireChannelRead(msg);
    }

    /**
     * Reads as {@link #pay(ChannelHandlerContext)} does. After queued input it also fires the end of the read, at which
     * handlers behind request the next.
     */
    void pay(ChannelHandlerContext ctx, boolean hadWaited) {
        pay(ctx);
        if (hadWaited) {
            ctx.fireChannelReadComplete();
        }
    }

    /** Reads after the input of this turn was consumed, unless some of it is passed on. */
    void pay(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        assert channel.eventLoop().inEventLoop();
        if (owed && !scheduled && !channel.config().isAutoRead() && !heldBack.getAsBoolean()) {
            scheduled = EventLoops.execute(channel.eventLoop(), () -> {
                scheduled = false;
                if (owed && !ctx.isRemoved() && !heldBack.getAsBoolean()) {
                    owed = false;
                    ctx.read();
                }
            });
        }
    }
}
