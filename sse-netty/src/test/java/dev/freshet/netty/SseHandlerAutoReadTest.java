package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link SseHandler} in a pipeline that asks for each read: {@code AUTO_READ} is off. */
class SseHandlerAutoReadTest extends ServerFixture {
    private static final String LARGE = "x".repeat(60_000);
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS);

    /** A request, and what is answered to it. */
    enum Kind {
        FINITE(get("/finite"), "200 data: a\n\ndata: b\n\n"),
        REFUSED(get("/refused"), "403 Forbidden\n"),
        MALFORMED(get("/finite?%"), "400 query: unterminated escape sequence at index 0 of: %\n"),
        NOT_ACCEPTED(
                "GET /finite HTTP/1.1\r\nHost: h\r\nAccept: text/html\r\n\r\n",
                "406 accept: text/html (expected: text/event-stream)\n"),
        STOPPED(get("/stop"), "204 "),
        LATER(get("/when"), "404 when\n"),
        OTHER(get("/other"), "200 </other >"),
        HEAD("HEAD /stop HTTP/1.1\r\nHost: h\r\n\r\n", "204 "),
        PREFLIGHT(
                "OPTIONS /finite HTTP/1.1\r\nHost: h\r\nOrigin: https://app.example\r\n"
                        + "Access-Control-Request-Method: GET\r\n\r\n",
                "204 "),
        OTHER_METHOD("DELETE /finite HTTP/1.1\r\nHost: h\r\n\r\n", "200 </finite >"),
        PASSED(post("/passed"), "200 </passed " + LARGE + ">"),
        UPLOAD(post("/echo"), "200 data: 60000\n\n"),
        REFUSED_UPLOAD(post("/refused"), "403 Forbidden\n");

        final String request;
        final String answer;

        Kind(String request, String answer) {
            this.request = request;
            this.answer = answer;
        }

        private static String post(String path) {
            return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + LARGE.length() + "\r\n\r\n" + LARGE;
        }
    }

    private final EventLoopGroup loops = loop();
    private final Recorder recorder = new Recorder();
    private int port;

    /** One of each kind, and {@code /events} of the hub. */
    static SseHandler.Builder endpoints(SseHub hub, SseListener recorder) {
        return SseHandler.builder()
                .listener(recorder)
                .strictAccept()
                .cors(CorsPolicy.builder().origins("https://app.example").build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/finite", request -> SseReply.stream(PublisherStreamTest.at("a", "b")))
                .endpoint("/refused", request -> SseReply.refuse(403))
                .endpoint("POST", "/refused", request -> SseReply.refuse(403))
                .endpoint("/failed", SseHandlerAutoReadTest::fail)
                .endpoint("POST", "/failed", SseHandlerAutoReadTest::fail)
                .endpoint("/stop", request -> SseReply.stop())
                .endpoint("POST", "/passed", new SseEndpoint() {
                    @Override
                    public SseReply head(SseRequest request) {
                        return SseReply.pass();
                    }

                    @Override
                    public SseReply handle(SseRequest request) {
                        return SseReply.stop();
                    }
                })
                .endpoint("/later", request -> SseReply.retryLater(Duration.ofSeconds(1)))
                .endpoint(
                        "/when",
                        request ->
                                SseReply.when(CompletableFuture.supplyAsync(() -> SseReply.refuse(404, "when"), LATER)))
                .endpoint(
                        "POST",
                        "/echo",
                        request -> SseReply.stream(PublisherStreamTest.at(
                                String.valueOf(request.bodyText().length()))));
    }

    private static SseReply fail(SseRequest request) {
        throw new IllegalStateException("failed on purpose");
    }

    /** A host's handler that asks for what comes next where it has taken something. */
    private static final class Asking extends Behind {
        private boolean taken;

        Asking() {
            super(true);
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
            super.channelRead0(ctx, msg);
            taken = true;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (taken) {
                taken = false;
                ctx.read();
            }
        }
    }

    @BeforeEach
    void startTheService() {
        port = serve(endpoints(hub, recorder).build());
    }

    private int serve(SseHandler sse, ChannelHandler... before) {
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(before)
                                .addLast(sse, new Asking());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @AfterEach
    void endTheService() throws Exception {
        closeAll();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    static String answer(RawSseClient client) throws IOException {
        RawSseClient.Head head = client.readHead();
        StringBuilder body = new StringBuilder();
        if (head.header("Transfer-Encoding") == null) {
            body.append(body(client, head));
        } else {
            for (String chunk = client.readChunk(); chunk != null; chunk = client.readChunk()) {
                body.append(chunk);
            }
        }
        return head.status() + " " + body;
    }

    static void assertAnswered(RawSseClient client, Kind... kinds) throws IOException {
        for (Kind kind : kinds) {
            client.send(kind.request);
            assertThat(answer(client)).as(kind.name()).isEqualTo(kind.answer);
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterAnAnswerTheConnectionReadsOn(Kind kind) throws Exception {
        assertAnswered(client(port), kind, kind, Kind.OTHER, kind, Kind.OTHER);
    }

    @Test
    void pipelinedRequestsAreAnsweredAndThoseAfterThem() throws Exception {
        RawSseClient client = client(port);
        String all = Stream.of(Kind.values()).map(kind -> kind.request).collect(Collectors.joining());
        for (int i = 0; i < 2; i++) {
            client.send(all);
            for (Kind kind : Kind.values()) {
                assertThat(answer(client)).isEqualTo(kind.answer);
            }
        }
    }

    @Test
    void whatIsHandedOverPieceByPieceIsAskedForPieceByPiece() throws Exception {
        Kind[] kinds = EnumSet.complementOf(EnumSet.of(Kind.OTHER, Kind.OTHER_METHOD, Kind.PASSED))
                .toArray(new Kind[0]);
        RawSseClient client = client(serve(endpoints(hub, recorder).build(), new FlowControlHandler()));
        assertAnswered(client, kinds);
        assertAnswered(client, kinds);
    }

    @Test
    void aRequestThatComesInPiecesIsAnswered() throws Exception {
        RawSseClient client = client(port);
        for (int i = 0; i < 2; i++) {
            client.send("GET /fin");
            client.send("ite HTTP/1.1\r\nHost:");
            client.send(" h\r\n\r\n");
            assertThat(answer(client)).isEqualTo(Kind.FINITE.answer);
        }
    }

    @Test
    void aSoftRefusalEndsTheConnection() throws Exception {
        RawSseClient client = client(port);
        assertThat(client.get("/later").status()).isEqualTo(503);
        client.readToEnd();
        assertConnectionEnds(client);
    }

    @Test
    void aFailureOfAnEndpointEndsTheConnection() throws Exception {
        for (String request : List.of(get("/failed"), Kind.post("/failed"))) {
            RawSseClient client = client(port);
            client.send(request);
            assertThat(answer(client)).isEqualTo("500 the endpoint failed\n");
            assertConnectionEnds(client);
        }
    }

    @Test
    void aHubsStreamIsFollowedAndItsClientsEndIsSeen() throws Exception {
        RawSseClient client = client(port);
        assertAnswered(client, Kind.REFUSED);
        assertThat(client.get("/events").status()).isEqualTo(200);
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void theEndOfAFiniteStreamsClientIsSeen() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseHandler sse = endpoints(hub, recorder)
                .endpoint("/hand", request -> SseReply.stream(publisher))
                .build();
        RawSseClient client = client(serve(sse));
        assertThat(client.get("/hand").status()).isEqualTo(200);
        recorder.nextOpened();
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aRequestThatIsRefusedBesideTheEndpointsIsReadToItsEnd() throws Exception {
        SseHandler sse = endpoints(hub, recorder)
                .hosts("localhost")
                .accessScope(AccessScope.ALL_REQUESTS)
                .build();
        RawSseClient client = client(serve(sse));
        for (int i = 0; i < 2; i++) {
            client.send(Kind.post("/other"));
            assertThat(answer(client)).startsWith("421 ");
            client.send("GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer(client)).isEqualTo("200 </other >");
        }
    }
}
