package dev.freshet.examples.load.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the connections of streams, in the protocol of a target. Immutable. */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which ends its streams
final class Connector {

    private final Bootstrap bootstrap;
    private final Wire wire;

    Connector(Bootstrap bootstrap, Target target) {
        this.bootstrap = bootstrap;
        this.wire = target.wire();
    }

    /**
     * Starts to connect. The streams end if that fails.
     *
     * @param client the number of the client
     * @param streams those of the connection, all at one URL
     */
    Channel open(
            InetSocketAddress address,
            @Nullable InetSocketAddress source,
            int client,
            List<? extends SseStream> streams) {
        Bootstrap one = bootstrap.clone().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                init(channel, client, streams);
            }
        });
        ChannelFuture connecting = source == null ? one.connect(address) : one.connect(address, source);
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                streams.forEach(stream -> stream.failed(connected.cause()));
            }
        });
        return connecting.channel();
    }

    private void init(Channel channel, int client, List<? extends SseStream> streams) {
        ChannelPipeline pipeline = channel.pipeline();
        URI url = streams.get(0).url();
        String protocol = wire.http2() ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1;
        if (Target.isTls(url)) {
            pipeline.addLast(wire.trust().handler(channel, url, client, protocol));
        }
        if (!wire.http2()) {
            Http1Stream.addTo(pipeline, streams.get(0));
        } else if (Target.isTls(url)) {
            pipeline.addLast(new Negotiation(streams));
        } else {
            Http2Streams.addTo(pipeline, streams);
        }
    }

    /** The wait for a handshake that agrees on HTTP/2. */
    private static final class Negotiation extends ChannelInboundHandlerAdapter {

        private final List<? extends SseStream> streams;

        Negotiation(List<? extends SseStream> streams) {
            this.streams = streams;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                String agreed = ctx.pipeline().get(SslHandler.class).applicationProtocol();
                if (!handshake.isSuccess()) {
                    exceptionCaught(ctx, handshake.cause());
                } else if (ApplicationProtocolNames.HTTP_2.equals(agreed)) {
                    Http2Streams.addTo(ctx.pipeline(), streams);
                    ctx.pipeline().remove(this);
                } else {
                    end(ctx, "the server agrees on no HTTP/2 by ALPN, as --http2 expects");
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end(ctx, "closed before an answer");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end(ctx, String.valueOf(cause.getMessage()));
        }

        private void end(ChannelHandlerContext ctx, String reason) {
            streams.forEach(stream -> stream.end(reason));
            ctx.close();
        }
    }
}
