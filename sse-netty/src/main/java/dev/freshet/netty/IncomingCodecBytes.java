package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a connection's codec and counts what that holds of messages that are not complete. Where there is no room
 * for it, or others need the room, it is refused once. Confined to the channel's event loop.
 */
abstract class IncomingCodecBytes extends ChannelInboundHandlerAdapter {
    final IncomingBytes bytes;
    private @Nullable ChannelHandlerContext ctx;
    private boolean refused;

    IncomingCodecBytes(IncomingConnectionBudget budget) {
        this.bytes = budget.request(this::refuseLater);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        this.ctx = null; // what keeps this keeps no channel
        bytes.end();
    }

    /** Whatever comes is dropped. */
    final boolean isRefused() {
        return refused;
    }

    /** Not in the middle of what others do. */
    private void refuseLater() {
        if (ctx != null) {
            EventLoops.execute(ctx.channel().eventLoop(), this::refuse);
        }
    }

    final void refuse() {
        ChannelHandlerContext here = ctx;
        if (here != null && !refused) {
            refused = true;
            bytes.end();
            tell(here);
        }
    }

    /** Refuses the request, or the connection. */
    abstract void tell(ChannelHandlerContext ctx);
}
