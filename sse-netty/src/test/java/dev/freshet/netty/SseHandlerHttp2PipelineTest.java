package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.netty.Http2Client.Stream;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.io.DataInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handler in the child channels of an HTTP/2 service that somebody has already. */
class SseHandlerHttp2PipelineTest extends ServerFixture {
    private final EventLoopGroup loops = loop();
    private final SentMemory sent = new SentMemory();
    private final Recorder recorder = new Recorder();
    private final SseHandler sse = SseHandler.builder()
            .listener(recorder)
            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
            .endpoint("/hand", request -> SseReply.stream(new HandPublisher()))
            .endpoint("POST", "/finite", request -> SseReply.stream(PublisherStreamTest.at(request.bodyText(), "b")))
            .build();
    private int port;

    @BeforeEach
    void startTheService() {
        port = serve(() -> new ChannelHandler[] {
            new HttpContentCompressor(), new HttpObjectAggregator(1 << 20), sse, Pipelines.Behind.answeringAtOnce()
        });
    }

    private int serve(Supplier<ChannelHandler[]> handlers) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        sent,
                                        Http2FrameCodecBuilder.forServer().build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                                            @Override
                                            protected void initChannel(Channel child) {
                                                child.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                                                child.pipeline().addLast(handlers.get());
                                            }
                                        }));
                    }
                });
        Channel listening = bootstrap.bind("127.0.0.1", 0).syncUninterruptibly().channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @AfterEach
    void endTheService() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void anEndpointStreamsAndOtherRequestsPass() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            Stream stream = client.follow("/events", "accept-encoding: gzip");
            assertThat(stream.head().contains("content-encoding")).isFalse();
            Stream other = client.request("POST", "/other", false);
            other.send("body", true);
            assertThat(other.body()).isEqualTo("</other body>");
            publish("event");
            assertThat(stream.readEvent().data()).isEqualTo("event");
        }
    }

    @Test
    void aReplyHasItsHeadersAndTheHeartbeatOfItsHandler() throws Exception {
        SseHandler own = SseHandler.builder()
                .heartbeat(Heartbeat.event(Duration.ofMillis(20), SseEvent.of("ping", "{}")))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").header("X-Room", "1"))
                .endpoint("/whole", request -> SseReply.answer(202).header("X-Room", "2"))
                .build();
        try (Http2Client client = new Http2Client(serve(() -> new ChannelHandler[] {own}))) {
            Stream stream = client.follow("/events");
            assertThat(stream.head().get("x-room")).hasToString("1");
            assertThat(stream.readEvent().type()).isEqualTo("ping");
            assertThat(client.get("/whole").head().get("x-room")).hasToString("2");
        }
    }

    @Test
    void whereEachReadIsAskedForAllIsAnsweredToo() throws Exception {
        ChannelInitializer<Channel> byDemand = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                child.config().setAutoRead(false);
                child.read();
            }
        };
        try (Http2Client client = new Http2Client(serve(() -> new ChannelHandler[] {byDemand, sse}))) {
            Stream stream = client.follow("/events");
            for (int i = 0; i < 2; i++) {
                assertThat(client.get("/events?lastEventId=%").status()).isEqualTo("400");
                Stream upload = client.request("POST", "/finite", false);
                for (int part = 0; part < 60; part++) {
                    upload.send("x".repeat(1000), part == 59);
                }
                assertThat(upload.readEvent().data()).hasSize(60_000);
                assertThat(upload.readEvent().data()).isEqualTo("b");
            }
            publish("event");
            assertThat(stream.readEvent().data()).isEqualTo("event");
            sse.shutdown(Duration.ofDays(1)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(stream.end()).isEqualTo("END_STREAM");
        }
    }

    @Test
    void aShutdownOfTheHandlerEndsTheStreamsAndLeavesTheConnection() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            Stream stream = client.follow("/events");
            sse.shutdown(Duration.ofDays(1)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(client.get("/other").body()).isEqualTo("</other >");
        }
    }

    @Test
    void aResetEndsTheStream() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            Stream first = client.follow("/events");
            Stream second = client.follow("/events");
            first.reset();
            second.reset();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
            assertThat(client.get("/other").body()).isEqualTo("</other >");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/hand"})
    void anErrorResetsItsStreamWithItsOwnCode(String path) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            socket.getOutputStream().write(Http2Bytes.begin());
            socket.getOutputStream().write(Http2Bytes.request(1, path));
            socket.getOutputStream().write(Http2Bytes.window(1, 0));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            Http2Bytes.Frame frame = Http2Bytes.readFrame(in);
            while (!frame.isReset()) {
                frame = Http2Bytes.readFrame(in);
            }
            assertThat(frame.error()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.ERROR);
        }
    }

    @Test
    void anAbsolutePathDoesNotNameTheHost() throws Exception {
        int named = serve(() -> new ChannelHandler[] {
            SseHandler.builder()
                    .hosts("events.example")
                    .endpoint("/no", request -> SseReply.refuse(403))
                    .build(),
            Pipelines.Behind.answeringAtOnce()
        });
        try (Http2Client client = new Http2Client(named)) {
            assertThat(client.request(asking("evil.example", "http://events.example/no"), true)
                            .status())
                    .isEqualTo("421");
            assertThat(client.request(asking("events.example", "http://evil.example/no"), true)
                            .status())
                    .isEqualTo("403");
        }
    }

    private static Http2Headers asking(String authority, String path) {
        return new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .authority(authority)
                .path(path);
    }

    @Test
    void aFiniteStreamEndsAndTheConnectionServesOn() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            Stream other = client.follow("/events");
            Stream stream = client.request("POST", "/finite", false, "accept-encoding: gzip");
            stream.send("a", true);
            assertThat(stream.body()).isEqualTo("data: a\n\ndata: b\n\n");
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
            assertThat(client.get("/other").body()).isEqualTo("</other >");
            publish("on");
            assertThat(other.readEvent().data()).isEqualTo("on");
        }
    }

    @Test
    void aFiniteStreamWithoutAWindowIsStalled() throws Exception {
        HandPublisher publisher = new HandPublisher();
        int patient = serve(() -> new ChannelHandler[] {
            SseHandler.builder()
                    .listener(recorder)
                    .writeTimeout(Duration.ofMillis(100))
                    .endpoint("/finite", request -> SseReply.stream(publisher))
                    .build()
        });
        try (Http2Client client = new Http2Client(patient)) {
            Stream slow = client.follow("/finite");
            slow.stopReading();
            publisher.next("x".repeat(1 << 20));
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        }
    }

    @Test
    void allStreamsOfAConnectionAreSentTheSameMemory() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            Stream first = client.follow("/events");
            Stream second = client.follow("/events");
            publish("the same");
            assertThat(first.readEvent().data()).isEqualTo("the same");
            assertThat(second.readEvent().data()).isEqualTo("the same");
        }
        assertThat(sent.addresses).hasSize(1);
    }

    /** Where in memory lies what is written to the socket and has the event. */
    @ChannelHandler.Sharable
    private static final class SentMemory extends ChannelOutboundHandlerAdapter {
        private final Set<Long> addresses = ConcurrentHashMap.newKeySet();

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            if (msg instanceof ByteBuf bytes
                    && bytes.toString(StandardCharsets.UTF_8).contains("the same")) {
                addresses.add(bytes.hasMemoryAddress() ? bytes.memoryAddress() + bytes.readerIndex() : -1L);
            }
            ctx.write(msg, promise);
        }
    }
}
