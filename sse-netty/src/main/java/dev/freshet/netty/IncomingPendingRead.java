package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BooleanSupplier;

/**
 * The read that a handler must perform on a channel with {@code AUTO_READ} off. A handler behind has requested the
 * read. If this handler consumes the input itself, the one behind is not called and does not request the next. Confined
 * to the channel's event loop.
 */
final class IncomingPendingRead {
    private final BooleanSupplier heldBack;
    private boolean pending;
    private boolean scheduled;

    /**
     * Creates the state of a handler without a pending read.
     *
     * @param heldBack whether reading is paused; {@link #perform} is called at the end of a pause
     */
    IncomingPendingRead(BooleanSupplier heldBack) {
        this.heldBack = heldBack;
    }

    /** Called when the handler has consumed input: the next read is pending. */
    void request() {
        pending = true;
    }

    /** Called when the handler has passed on a read: none is pending. */
    void cancel() {
        pending = false;
    }

    /** Passes on input. */
    void passOn(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        cancel();
        ctx.fireChannelRead(msg);
    }

    /**
     * Reads as {@link #perform(ChannelHandlerContext)} does. After queued input it also fires the end of the read, at
     * which handlers behind request the next.
     */
    void perform(ChannelHandlerContext ctx, boolean hadWaited) {
        perform(ctx);
        if (hadWaited) {
            ctx.fireChannelReadComplete();
        }
    }

    /** Performs a pending read after the input of this iteration was consumed, unless some of it is passed on. */
    void perform(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        assert channel.eventLoop().inEventLoop();
        if (pending && !scheduled && !channel.config().isAutoRead() && !heldBack.getAsBoolean()) {
            scheduled = EventLoops.execute(channel.eventLoop(), () -> {
                scheduled = false;
                if (pending && !ctx.isRemoved() && !heldBack.getAsBoolean()) {
                    pending = false;
                    ctx.read();
                }
            });
        }
    }
}
