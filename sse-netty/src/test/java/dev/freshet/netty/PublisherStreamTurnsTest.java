package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a finite stream leaves for the next turn of its event loop. */
class PublisherStreamTurnsTest {
    private static final int REQUESTS = 100;

    private final Loop loop = new Loop();
    private final DefaultEventLoop clients = new DefaultEventLoop();

    /** Counts the tasks that wait for its next turn. */
    private static final class Loop extends DefaultEventLoop {
        private int waiting;
        private int most;

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            if (delay > 0) {
                return super.schedule(command, delay, unit);
            }
            most = Math.max(most, ++waiting);
            return super.schedule(
                    () -> {
                        waiting--;
                        command.run();
                    },
                    delay,
                    unit);
        }
    }

    @AfterEach
    void endLoops() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        clients.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static Flow.Publisher<SseEvent> signallingAtOnce() {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            private int requests;

            @Override
            public void request(long count) {
                for (long i = 0; i < count; i++) {
                    subscriber.onNext(SseEvent.of("x"));
                }
                if (++requests == REQUESTS) {
                    subscriber.onComplete();
                }
            }

            @Override
            public void cancel() {}
        });
    }

    @Test
    void aPublisherThatSignalsAtOnceIsTakenFromOnceInATurn() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        LocalAddress address = new LocalAddress(PublisherStreamTurnsTest.class);
        new ServerBootstrap()
                .group(loop)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        SseHandler.builder()
                                                .endpoint("/events", request -> SseReply.stream(signallingAtOnce()))
                                                .build());
                    }
                })
                .bind(address)
                .sync();
        Channel client = new Bootstrap()
                .group(clients)
                .channel(LocalChannel.class)
                .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {}

                    @Override
                    public void channelInactive(ChannelHandlerContext ctx) {
                        ended.complete(null);
                    }
                })
                .connect(address)
                .sync()
                .channel();
        client.writeAndFlush(
                Unpooled.copiedBuffer(Pipelines.get("/events", "Connection: close"), StandardCharsets.US_ASCII));
        ended.get(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(loop.submit(() -> loop.most).get()).isEqualTo(1);
    }
}
