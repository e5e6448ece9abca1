package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Sends what many streams of an HTTP/2 connection write in one flush. Where the channel becomes full, it does not flush as
 * its superclass does: that may be in the middle of a frame, of which Netty's codec writes the head and the payload apart,
 * and what is written once the channel has room again would get in between. A flush that was asked for comes all the same,
 * with the end of the read or on the loop's next turn.
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
