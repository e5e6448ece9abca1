package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The counter of bytes of incomplete messages that the codec of a connection holds; it stands before the codec. If the
 * limits do not allow them, or for the sake of others, the message is refused, once. Confined to the channel's event
 * loop.
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
        this.ctx = null; // an object that refers to this keeps no channel alive
        bytes.end();
    }

    /** Returns whether the message was refused, so that further input is discarded. */
    final boolean isRefused() {
        return refused;
    }

    /** Refuses the message in a task of its own, after the calls in progress. */
    private void refuseLater() {
        if (ctx != null) {
            EventLoops.execute(ctx.channel().eventLoop(), this::refuse);
        }
    }

    /** Refuses the message, once; no operation after the handler was removed. */
    final void refuse() {
        ChannelHandlerContext current = ctx;
        assert current == null || current.channel().eventLoop().inEventLoop();
        if (current != null && !refused) {
            refused = true;
            bytes.end();
            respond(current);
        }
    }

    /** Writes the refusal of the request or of the connection. */
    abstract void respond(ChannelHandlerContext ctx);
}
