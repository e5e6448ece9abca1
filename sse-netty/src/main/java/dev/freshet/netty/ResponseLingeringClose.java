package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The close of a connection whose client still sends. A socket that is closed with unread input is reset, and the
 * client may lose the response. The handler therefore ends the output and discards the input for a while, over TLS
 * before it is decrypted. Confined to the channel's event loop.
 */
final class ResponseLingeringClose extends ChannelInboundHandlerAdapter {
    private static final int MOST_BYTES = 16 << 20;
    private static final long MILLIS = 5000;

    private int bytes;

    private ResponseLingeringClose() {}

    /**
     * Ends the output and discards the input, for at most 5 s and 16 MiB. A channel that cannot be closed in one
     * direction is closed at once. Idempotent.
     */
    static void close(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        if (channel.pipeline().get(ResponseLingeringClose.class) != null) {
            return; // a second shutdown of the output would fail, and the failure would close the socket
        }
        if (!(channel instanceof DuplexChannel duplex) || !channel.isActive()) {
            channel.close();
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        }
        channel.pipeline().addFirst(HandlerNames.LINGERING_CLOSE, new ResponseLingeringClose());
        ChannelHandlerContext socket = channel.pipeline().firstContext(); // in front of TLS, which writes nothing more
        socket.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(sent -> duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE));
        channel.config().setAutoRead(true);
        ScheduledFuture<?> end = channel.eventLoop().schedule(() -> socket.close(), MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> end.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        bytes += msg instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ReferenceCountUtil.release(msg);
        if (bytes > MOST_BYTES) {
            ctx.close();
        }
    }
}
