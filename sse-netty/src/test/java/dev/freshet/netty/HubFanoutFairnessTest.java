package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams that share an event loop, and what else the loop has to do. Covers {@link HubDrain} and {@link HubLoop}. */
class HubFanoutFairnessTest extends ServerFixture {
    private static final long SEED = 20_261_125L;
    private static final int MOST_TURNS = 100_000;
    private static final int EVENTS = 200;
    private static final List<String> QUERIES =
            List.of("topic=a", "topic=b&topic=a", "topic=c&topic=b&topic=a", "topic=a&topic=d");

    private final EventLoopGroup loops = loop();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void endLoops() throws Exception {
        closeAll();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    /** Listens on the only loop; returns the port. */
    private int listen(Supplier<ChannelHandler[]> handlers) throws InterruptedException {
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handlers.get());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** A server whose loop gives each turn to one stream, so that every pass and every tick is interrupted. */
    private int serveOneStreamATurn(Duration heartbeat) throws InterruptedException {
        RequestOptions options = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, request.queryAll("topic")))
                .listener(recorder)
                .heartbeat(heartbeat)
                .options(1);
        SseHandler handler = new SseHandler(new RequestEngine(options, 0, System::nanoTime));
        return listen(() -> new ChannelHandler[] {new HttpServerCodec(), handler});
    }

    private RawSseClient follow(int port, String query) throws IOException {
        RawSseClient client = client(port);
        assertThat(client.get("/events?" + query).status()).isEqualTo(200);
        return client;
    }

    @Test
    void aLoopReadsItsSocketsBeforeAPassGoesOn() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        int port = listen(() -> new ChannelHandler[] {
            new SimpleChannelInboundHandler<ByteBuf>() {
                @Override
                protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                    read.complete(null);
                }
            }
        });
        HubLoop loop = new HubLoop(new RequestEngine(SseHandler.builder().options(1)), loops.next());
        CompletableFuture<Integer> turns = new CompletableFuture<>();
        try (Socket client = new Socket("127.0.0.1", port)) {
            loop.eventLoop().execute(new Runnable() {
                private int turn;

                @Override
                public void run() {
                    if (turn++ == 0) {
                        writeTo(client);
                    }
                    if (read.isDone() || turn == MOST_TURNS) {
                        turns.complete(turn);
                    } else {
                        loop.afterInputAndOutput(this);
                    }
                }
            });
            // Executed instead of scheduled, it would take all its turns before the loop reads.
            assertThat(turns.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isLessThan(MOST_TURNS);
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
        int port = serveOneStreamATurn(Duration.ofSeconds(15));
        List<RawSseClient> stay = new ArrayList<>();
        List<RawSseClient> leave = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            (i % 3 == 0 ? stay : leave).add(follow(port, QUERIES.get(i % QUERIES.size())));
        }
        Collections.shuffle(leave, new Random(SEED));
        for (RawSseClient client : leave) {
            client.close();
            recorder.nextClosed();
        }
        hub.publish("b", SseEvent.of("to some"));
        hub.publish("a", SseEvent.of("to all"));
        for (int i = 0; i < stay.size(); i++) {
            if (QUERIES.get(i * 3 % QUERIES.size()).contains("topic=b")) {
                assertThat(stay.get(i).readEvent().data()).isEqualTo("to some");
            }
            assertThat(stay.get(i).readEvent().data()).isEqualTo("to all");
        }
    }

    @Test
    void anInterruptedPassReachesEveryStreamThatStaysWhileOthersLeave() throws Exception {
        int port = serveOneStreamATurn(Duration.ofSeconds(15));
        List<RawSseClient> stay = new ArrayList<>();
        List<RawSseClient> leave = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            (i % 2 == 0 ? stay : leave).add(follow(port, QUERIES.get(i % QUERIES.size())));
        }
        Collections.shuffle(leave, new Random(SEED));
        List<String> published =
                IntStream.range(0, EVENTS).mapToObj(i -> "event " + i).toList();
        for (int i = 0; i < EVENTS; i++) {
            hub.publish("a", SseEvent.of(published.get(i)));
            if (i % 10 == 0 && !leave.isEmpty()) {
                leave.remove(leave.size() - 1).cut();
            }
        }
        for (RawSseClient client : stay) {
            assertThat(client.readEvents(EVENTS))
                    .extracting(ReferenceParser.Event::data)
                    .isEqualTo(published);
        }
    }

    @Test
    void anInterruptedTickBeatsOnEveryStream() throws Exception {
        int port = serveOneStreamATurn(Duration.ofMillis(50));
        List<RawSseClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(follow(port, "topic=a"));
        }
        for (RawSseClient client : clients) {
            assertThat(client.readChunk()).endsWith("\nid: " + hub.latest() + "\n\n");
            assertThat(client.readChunk()).isEqualTo(":\n");
            assertThat(client.readChunk()).isEqualTo(":\n");
        }
    }
}
