package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * The handler that combines the flushes of many streams of an HTTP/2 connection into one. Its superclass flushes when
 * the channel becomes unwritable; this class does not. Netty's codec writes the head and the payload of a frame apart,
 * so that flush may happen between them, and writes that follow it would be placed inside the frame. A requested flush
 * still happens, at the end of the read or in the loop's next iteration.
 */
final class Http2FlushConsolidation extends FlushConsolidationHandler {
    private static final int FLUSHES_AT_ONCE = 256;

    Http2FlushConsolidation() {
        super(FLUSHES_AT_ONCE, true);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
    }
}
