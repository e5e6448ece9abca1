package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * A connection's budget for the requests of one channel: over HTTP/1.1 the connection, over HTTP/2 a stream's, which has one
 * request. Confined to the channel's event loop.
 */
final class IncomingChannelBudget {
    private final IncomingConnectionBudget connection;
    private final boolean ownServer;
    /** What an HTTP/2 stream's request holds whose answer is written, or null. */
    private @Nullable IncomingBytes unsent;

    IncomingChannelBudget(IncomingConnectionBudget connection, boolean ownServer) {
        this.connection = connection;
        this.ownServer = ownServer;
    }

    /** Nothing yet, of one more request; see {@link IncomingConnectionBudget#request}. */
    IncomingBytes request(Channel channel, Runnable refuse) {
        return ownServer && channel instanceof Http2StreamChannel stream
                ? connection.request(stream.stream().id(), refuse)
                : connection.request(refuse);
    }

    /** What a request holds that passes, or null where there is no room for it. */
    @Nullable
    IncomingBytes passOn(Channel channel, HttpRequest request, Runnable refuse) {
        IncomingBytes held = request(channel, () -> EventLoops.execute(channel.eventLoop(), refuse));
        held.passOn();
        if (held.add(IncomingBudget.sizeOf(channel, request))) {
            return held;
        }
        held.end();
        return null;
    }

    /** Resets the stream of a request for which there is no room. Returns false over HTTP/1.1, where it is answered. */
    boolean reset(ChannelHandlerContext ctx) {
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

    /** The answer is written: over HTTP/2 the stream holds memory until that has left. */
    void answered(ChannelHandlerContext ctx, IncomingBytes held) {
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

    /** The channel is closed, or the door has left it. */
    void end() {
        if (unsent != null) {
            unsent.end();
        }
    }
}
