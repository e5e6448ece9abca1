package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * The budget of a connection for the requests of one channel. Over HTTP/1.1 the channel is the connection; over HTTP/2
 * it is that of a stream, which has one request. Confined to the channel's event loop.
 */
final class IncomingChannelBudget {
    private final IncomingConnectionBudget connection;
    private final boolean ownServer;
    /** The bytes of the request of an HTTP/2 stream whose response is written, or null. */
    private @Nullable IncomingBytes unsent;

    IncomingChannelBudget(IncomingConnectionBudget connection, boolean ownServer) {
        this.connection = connection;
        this.ownServer = ownServer;
    }

    /** Returns the bytes of a new request, none so far: {@link IncomingConnectionBudget#request}. */
    IncomingBytes request(Channel channel, Runnable refuse) {
        assert channel.eventLoop().inEventLoop();
        return ownServer && channel instanceof Http2StreamChannel stream
                ? connection.request(stream.stream().id(), refuse)
                : connection.request(refuse);
    }

    /** Returns the bytes of a request that is passed on, or null if a limit does not allow them. */
    @Nullable
    IncomingBytes passOn(Channel channel, HttpRequest request, Runnable refuse) {
        assert channel.eventLoop().inEventLoop();
        IncomingBytes held = request(channel, () -> EventLoops.execute(channel.eventLoop(), refuse));
        held.passOn();
        if (held.add(IncomingBudget.sizeOf(channel, request))) {
            return held;
        }
        held.end();
        return null;
    }

    /** Resets the stream of a refused request. Returns false over HTTP/1.1, in which case the request is answered. */
    boolean reset(ChannelHandlerContext ctx) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (!(ctx.channel() instanceof Http2StreamChannel stream)) {
            return false;
        }
        reset(ctx, Http2Error.ENHANCE_YOUR_CALM);
        if (connection.refused() && ownServer) {
            IncomingHttp2Bytes.enhanceYourCalm(stream.parent());
        }
        return true;
    }

    private static void reset(ChannelHandlerContext ctx, Http2Error error) {
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(error), ctx.voidPromise());
        ctx.close();
    }

    /** Called when the response is written; over HTTP/2 the stream holds memory until the response is sent. */
    void answered(ChannelHandlerContext ctx, IncomingBytes held) {
        assert ctx.channel().eventLoop().inEventLoop();
        Channel channel = ctx.channel();
        if (!ownServer || !(channel instanceof Http2StreamChannel) || !channel.isActive()) {
            held.end();
            return;
        }
        unsent = held;
        held.answered(
                IncomingBudget.CHANNEL_BYTES,
                () -> EventLoops.execute(channel.eventLoop(), () -> reset(ctx, Http2Error.CANCEL)));
    }

    /** Called when the channel is closed, or the request handler is removed. */
    void end() {
        if (unsent != null) {
            unsent.end();
        }
    }
}
