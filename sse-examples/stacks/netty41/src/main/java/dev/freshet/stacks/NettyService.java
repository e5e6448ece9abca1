package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseReply;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.*;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A service on Netty and streams on one port: the handler follows the HTTP codec. */
@Sharable
public final class NettyService extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final SseHub HUB = SseHub.create();

    record Tick(String symbol, int price, Instant time) {}

    public static void main(String[] args) {
        SseHandler events = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(HUB, "ticks"))
                .endpoint("POST", "/echo", request -> SseReply.stream(List.of(SseEvent.of(request.bodyText()))))
                .build();
        var pipeline = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), events);
                channel.pipeline().addLast(new HttpObjectAggregator(65_536), new NettyService());
            }
        };
        new ServerBootstrap()
                .group(new NioEventLoopGroup())
                .channel(NioServerSocketChannel.class)
                .childHandler(pipeline)
                .bind(Integer.getInteger("server.port", 8080));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> events.shutdown(Duration.ofSeconds(10))
                .toCompletableFuture()
                .join()));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        for (String price : new QueryStringDecoder(request.uri()).parameters().getOrDefault("price", List.of())) {
            HUB.publish("ticks", SseEvent.json("tick", new Tick("ACME", Integer.parseInt(price), Instant.now())));
        }
        ctx.writeAndFlush(new DefaultFullHttpResponse(request.protocolVersion(), HttpResponseStatus.NO_CONTENT));
    }
}
