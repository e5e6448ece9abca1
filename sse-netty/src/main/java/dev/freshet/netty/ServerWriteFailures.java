package dev.freshet.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * The handler that marks a connection with TLS or HTTP/2 whose peer has vanished: {@link VanishedPeer}. Failed writes
 * there complete promises of the handlers behind, which report nothing; a void promise reports to the pipeline itself.
 * Stands next to the socket. Has no state, so that one instance serves all connections. Thread-safe.
 */
@Sharable
final class ServerWriteFailures extends ChannelOutboundHandlerAdapter implements ChannelFutureListener {
    static final ServerWriteFailures INSTANCE = new ServerWriteFailures();

    private ServerWriteFailures() {}

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ctx.write(msg, promise.isVoid() ? promise : promise.addListener(this));
    }

    /** Called before the end of the connection is reported to the streams. */
    @Override
    public void operationComplete(ChannelFuture written) {
        if (!written.isSuccess()) {
            VanishedPeer.note(written.channel(), written.cause());
        }
    }
}
