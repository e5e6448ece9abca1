package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.AccessScope;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseReply;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Netty service whose own route is a note, to read and to replace. One handler adds the stream of its changes. */
final class Embed implements AutoCloseable {
    private final SseHub hub = SseHub.create();
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    private final SseHandler events;
    private volatile String note = "";

    Embed(SseHandler.Builder handler) {
        events = handler.endpoint("/note/events", request -> SseReply.subscribe(hub, "note")
                        .snapshot(() -> List.of(SseEvent.of(note))))
                .origins()
                .accessScope(AccessScope.ALL_REQUESTS) // the origin is checked for the service's own routes, too
                .build();
    }

    /** Starts the service, and returns its address. */
    InetSocketAddress start(String host, int port) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), events, new HttpServerKeepAliveHandler());
                        channel.pipeline().addLast(new HttpObjectAggregator(65_536), new Routes());
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw new UncheckedIOException("cannot listen at " + host + ":" + port, new IOException(bound.cause()));
        }
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private synchronized String replace(ByteBuf body) { // one at a time, so that the last event has the note that stays
        note = body.toString(StandardCharsets.UTF_8);
        hub.publish("note", SseEvent.of(note));
        return note;
    }

    private final class Routes extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            boolean isNote = request.uri().replaceFirst("\\?.*", "").equals("/note");
            List<String> allowed = List.of("GET", "HEAD", "PUT");
            int status = !isNote ? 404 : allowed.contains(request.method().name()) ? 200 : 405;
            String text = isNote && request.method().name().equals("PUT") ? replace(request.content()) : note;
            ByteBuf body = Unpooled.copiedBuffer(status == 200 ? text : "", StandardCharsets.UTF_8);
            DefaultFullHttpResponse response =
                    new DefaultFullHttpResponse(request.protocolVersion(), HttpResponseStatus.valueOf(status), body);
            response.headers().set("content-type", "text/plain;charset=utf-8");
            response.headers().set("content-length", body.readableBytes());
            if (isNote) {
                response.headers().set("allow", String.join(", ", allowed));
            }
            ctx.writeAndFlush(response);
        }
    }

    @Override
    public void close() {
        events.shutdown(Duration.ofSeconds(3)).toCompletableFuture().join(); // each stream is told when to come back
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        hub.close();
    }
}
