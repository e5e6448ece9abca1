package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BooleanSupplier;

/**
 * The read that a handler owes where a channel's reads are asked for one by one ({@code AUTO_READ} is off): what it takes
 * for itself a handler behind has asked for, which hears of nothing, and so does not ask again. Confined to the channel's
 * event loop.
 */
final class IncomingOwedRead {
    private final BooleanSupplier heldBack;
    private boolean owed;
    private boolean scheduled;

    /** @param heldBack whether nothing is to be read for now; who ends that calls {@link #pay} */
    IncomingOwedRead(BooleanSupplier heldBack) {
        this.heldBack = heldBack;
    }

    /** The handler has taken something for itself. */
    void owe() {
        owed = true;
    }

    /** It has passed on a read. */
    void settle() {
        owed = false;
    }

    /** Passes on what was read. */
    void passOn(ChannelHandlerContext ctx, Object msg) {
        settle();
        ctx.fireChannelRead(msg);
    }

    /** The same, where what is taken had waited or not: handlers behind ask for more when they hear that reading is over. */
    void pay(ChannelHandlerContext ctx, boolean hadWaited) {
        pay(ctx);
        if (hadWaited) {
            ctx.fireChannelReadComplete();
        }
    }

    /** Reads when all that was read is taken, unless some of it is passed on. */
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
