package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LogReader;
import dev.freshet.logging.LogText;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What anybody may send, as often as he likes, does not fill the log, and forges no line of it. Covers {@link Log}. */
class LogStrangersTest extends ServerFixture {
    private static final String FORGED = "a\r\n[main] WARN root - forged \u001b[2J\u2028end";

    @RegisterExtension
    final LogReader log = new LogReader();

    private final Recorder recorder = new Recorder();

    private void assertQuietAndCounted(SseServer server) {
        server.close(); // whatever is logged is by then
        assertThat(log.text()).isEmpty();
        assertThat(server.stats().peerFaults()).isPositive();
    }

    private SseServer.Builder recorded() {
        return local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "http/1.1", "nothing", "a stream"})
    void aRecordThatIsNoneBehindTheHandshakeIsQuiet(String speaks) throws Exception {
        SseServer server = start(recorded().tls(Tls.server()));
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort());
                SSLSocket tls = (SSLSocket)
                        Tls.trusting().getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true)) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {speaks.equals("h2") ? "h2" : "http/1.1"});
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            if (!speaks.equals("nothing")) {
                String first = speaks.equals("h2")
                        ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
                        : speaks.equals("http/1.1")
                                ? "GET /nope HTTP/1.1\r\nHost: h\r\n\r\n"
                                : "GET /events HTTP/1.1\r\nHost: h\r\n\r\n";
                tls.getOutputStream().write(first.getBytes(StandardCharsets.US_ASCII));
                assertThat(tls.getInputStream().read()).isNotNegative();
            }
            socket.getOutputStream().write("\u0017\u0003\u0003\u0000\u0020".getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(new byte[32]);
            awaitEnd(socket);
        }
        assertQuietAndCounted(server);
    }

    private static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        try {
            while (socket.getInputStream().read() >= 0) {}
        } catch (SocketException e) {
            // reset
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000\u0001\u0002\r\n\r\n",
                "GET /events HTTP/1.1\r\nno header\r\n\r\n",
                "GET /events HTTP/9.1\r\nHost: h\r\n\r\n",
                "GET /events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nnope\r\n",
                "GET /nope HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nnope\r\n",
                "GET /events?% HTTP/1.1\r\nHost: h\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnot a frame of settings"
            })
    void aRequestThatIsNoneIsQuiet(String request) throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = client(server);
        client.send(request);
        client.halfClose();
        rest(client);
        server.close();
        assertThat(log.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/events?topic=", "/when?topic=", "/blocking?topic=", "/all?topic=a&topic="})
    void aTopicThatCannotBeIsRefusedQuietly(String path) throws Exception {
        SseServer server = start(local().endpoint("/events", request -> SseReply.subscribe(hub, request.query("topic")))
                .endpoint("/all", request -> SseReply.subscribe(hub, request.queryAll("topic")))
                .endpoint(
                        "/when",
                        request -> SseReply.when(
                                CompletableFuture.supplyAsync(() -> SseReply.subscribe(hub, request.query("topic")))))
                .endpoint(
                        "/blocking",
                        SseEndpoint.blocking(
                                ForkJoinPool.commonPool(),
                                request -> SseReply.subscribe(hub, request.query("topic")))));
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get(path);
        assertThat(head.status()).isEqualTo(400);
        assertThat(body(client, head)).startsWith("topic: 0 characters");
        assertQuietAndCounted(server);
    }

    @Test
    void anOriginThatAPolicyFailsOnIsQuiet() throws Exception {
        SseServer server = start(recorded()
                .cors(CorsPolicy.builder()
                        .originsMatching(origin -> URI.create(origin).getHost().endsWith(".example"))
                        .build()));
        assertThat(client(server).get("/events", "Origin: null").status()).isEqualTo(200);
        server.close();
        assertThat(log.text()).isEmpty();
    }

    @Test
    void aFloodOnAStreamIsQuiet() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = follower(server);
        client.send("x".repeat(80 << 10));
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.ERROR);
        assertQuietAndCounted(server);
    }

    @Test
    void whatAClientNamesForgesNoLineOfTheLog() throws Exception {
        SseServer server = serve(
                request -> SseReply.subscribe(hub, request.queryAll("topic")).snapshot(() -> {
                    throw new IllegalStateException(
                            request.query("topic"), new IllegalArgumentException("of " + request.query("topic")));
                }));
        String topic = URLEncoder.encode(FORGED, StandardCharsets.UTF_8);
        assertThat(client(server).get("/events?topic=" + topic).status()).isEqualTo(500);
        server.close();
        assertThat(log.text().lines().filter(line -> line.contains("forged")))
                .hasSize(3) // the topics, the failure, its cause
                .allMatch(line -> line.contains("a\\r\\n[main] WARN root - forged \\u001b[2J\\u2028end"));
        assertThat(log.text()).contains("Caused by: java.lang.IllegalArgumentException: of a\\r\\n");
    }

    @Test
    void whatAPublisherQuotesForgesNoLineOfTheLog() throws Exception {
        SseServer server = serve(request -> SseReply.stream(subscriber -> {
            subscriber.onSubscribe(new HandPublisher(SseEvent.of("x")));
            Exception failure = new Exception("plain");
            failure.addSuppressed(new Exception(FORGED));
            subscriber.onError(failure);
        }));
        rest(follower(server));
        server.close();
        assertThat(log.text().lines().filter(line -> line.contains("forged")))
                .singleElement()
                .asString()
                .contains("Suppressed: java.lang.Exception: a\\r\\n[main]");
    }

    @Test
    void anErrorOfAConnectionThatLeavesTheProcessInDoubtIsTold() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        OutOfMemoryError error = new OutOfMemoryError("as the test wants");
        SseServer server = start(local().listener(new SseListener() {
                    @Override
                    public void failed(Throwable failure) {
                        told.complete(failure);
                    }
                })
                .requests(pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        ReferenceCountUtil.release(msg);
                        throw error;
                    }
                })));
        RawSseClient client = client(server);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.get("/"));
        assertThat(told.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(error);
        assertThat(server.health()).isEqualTo(SseHealth.FAILED);
    }

    @Test
    void aRecursionWithoutEndLeavesNoDoubt() throws Exception {
        SseServer server = start(local().requests(pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ReferenceCountUtil.release(msg);
                throw new StackOverflowError("as the test wants");
            }
        })));
        RawSseClient client = client(server);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.get("/"));
        assertThat(server.health()).isEqualTo(SseHealth.SERVING);
    }

    @Test
    void plainTextIsAsItWas() {
        assertThat(LogText.escaped("über \u20ac, \ud83d\ude00")).isEqualTo("über \u20ac, \ud83d\ude00");
        assertThat(LogText.escaped("a\tb\u0000\u007f\u0085\u202e")).isEqualTo("a\\u0009b\\u0000\\u007f\\u0085\\u202e");
        assertThat(List.of(LogText.escaped("\n"), LogText.escaped("x\r"))).containsExactly("\\n", "x\\r");
    }
}
