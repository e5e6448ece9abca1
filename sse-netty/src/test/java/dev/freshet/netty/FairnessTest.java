package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams that share an event loop, and what else the loop has to do. */
class FairnessTest extends ServerFixture {
    private static final long SEED = 20_261_125L;

    @Test
    void aLoopReadsItsSocketsBeforeAPassGoesOn() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        EventLoopGroup loops = Transport.NIO.eventLoops(1);
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                                read.complete(null);
                            }
                        });
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        LoopGroup group = new LoopGroup(new Engine(FailureTest.options()), loops.next());
        CompletableFuture<Integer> turns = new CompletableFuture<>();
        try (Socket client = new Socket("127.0.0.1", ((InetSocketAddress) listening.localAddress()).getPort())) {
            group.loop().execute(new Runnable() {
                private int turn;

                @Override
                public void run() {
                    if (turn++ == 0) {
                        writeTo(client);
                    }
                    if (read.isDone() || turn > 100_000) {
                        turns.complete(turn);
                    } else {
                        group.afterInputAndOutput(this);
                    }
                }
            });
            // The byte has come by the second turn; the connection may have to be accepted first, and registered.
            assertThat(turns.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isLessThan(10);
        } finally {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    private static void writeTo(Socket socket) {
        try {
            socket.getOutputStream().write(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void streamsThatLeaveInAnyOrderTakeNoOtherOutOfAFanOut() throws Exception {
        Recorder recorder = new Recorder();
        SseServer server = start(local().listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, request.queryAll("topic"))));
        List<RawSseClient> stay = new ArrayList<>();
        List<RawSseClient> leave = new ArrayList<>();
        List<String> queries = List.of("topic=a", "topic=b&topic=a", "topic=c&topic=b&topic=a", "topic=a&topic=d");
        for (int i = 0; i < 24; i++) {
            RawSseClient client = client(server);
            client.get("/events?" + queries.get(i % queries.size()));
            (i % 3 == 0 ? stay : leave).add(client);
        }
        Collections.shuffle(leave, new Random(SEED));
        for (RawSseClient client : leave) {
            client.close();
            recorder.nextClosed();
        }
        hub.publish("b", SseEvent.of("to some"));
        hub.publish("a", SseEvent.of("to all"));
        for (int i = 0; i < stay.size(); i++) {
            boolean followsB = queries.get(i * 3 % queries.size()).contains("topic=b");
            if (followsB) {
                assertThat(stay.get(i).readEvent().data()).isEqualTo("to some");
            }
            assertThat(stay.get(i).readEvent().data()).isEqualTo("to all");
        }
    }
}
