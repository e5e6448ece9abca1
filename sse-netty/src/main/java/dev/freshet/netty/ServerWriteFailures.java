package dev.freshet.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Notes of a connection with TLS or HTTP/2 that its peer has vanished. What is written there fails in promises of the
 * handlers before, which tell nobody; a void promise tells the pipeline by itself. Stands next to the socket. Thread-safe.
 */
@Sharable
final class ServerWriteFailures extends ChannelOutboundHandlerAdapter implements ChannelFutureListener {
    static final ServerWriteFailures INSTANCE = new ServerWriteFailures();

    private ServerWriteFailures() {}

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ctx.write(msg, promise.isVoid() ? promise : promise.addListener(this));
    }

    /** Before the streams hear of the connection's end. */
    @Override
    public void operationComplete(ChannelFuture written) {
        if (!written.isSuccess()) {
            VanishedPeer.note(written.channel(), written.cause());
        }
    }
}
