package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LeakGate;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SseServer} from start to shutdown. Covers {@link ServerIoLoops}. */
class SseServerTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private static void settled(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static void assumeAvailable(Transport transport) {
        assumeTrue(isAvailable(transport), transport + " is not available here");
    }

    private static boolean isAvailable(Transport transport) {
        try {
            return transport.resolved() != Transport.AUTO;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void eachTransportServes(Transport transport) throws Exception {
        assumeAvailable(transport);
        SseServer server = start(local().transport(transport)
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        assertThat(server.transport())
                .isEqualTo(transport == Transport.AUTO ? transport.resolved() : transport)
                .isNotEqualTo(Transport.AUTO);
        RawSseClient client = follower(server);
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aTakenPortIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> local().port(taken.getLocalPort()).start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageStartingWith("cannot listen at 127.0.0.1:" + taken.getLocalPort() + ": ");
        }
    }

    @Test
    void aHostThatIsNoneIsTold() {
        assertThatThrownBy(() -> local().host("256.256.256.256").start())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot listen at 256.256.256.256:0: no address is known for it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "*", "http://localhost", "localhost:8080", "0.0.0.0:8080", "localhost/", "a b"})
    void whatIsNeitherAnAddressNorANameIsRefused(String host) {
        assertThatThrownBy(() -> SseServer.builder().host(host))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("host: \"" + host
                        + "\" (expected: an address or a name of this machine without scheme and port,"
                        + " such as 0.0.0.0, :: or localhost)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "0.0.0.0", "::", "::1", "[::1]"})
    void anAddressOrANameIsListenedAt(String host) throws Exception {
        SseServer server = start(local().host(host));
        assertThat(server.address().getPort()).isPositive();
        assertThat(server.address().getAddress().isAnyLocalAddress())
                .isEqualTo(host.equals("0.0.0.0") || host.equals("::"));
    }

    @Test
    void aShutdownTellsEachClientWhenToComeBack() throws Exception {
        SseServer server = serve();
        RawSseClient client = follower(server);
        publish("a");
        client.readEvent();
        settled(server.shutdown(Duration.ofSeconds(5)));
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
        assertThat(client.retries()).hasSize(2).last().isIn((Object[]) java.util.stream.IntStream.range(1000, 2000)
                .mapToObj(Duration::ofMillis)
                .toArray());
    }

    @Test
    void aShutdownSendsWhatWasPublishedBefore() throws Exception {
        SseServer server = serve();
        RawSseClient client = follower(server);
        publish("a");
        settled(server.shutdown(Duration.ofSeconds(5)));
        assertThat(client.readEvent().data()).isEqualTo("a");
    }

    @Test
    void aServerThatIsShutDownAcceptsNoMore() throws Exception {
        SseServer server = serve();
        int port = server.address().getPort();
        settled(server.shutdown(Duration.ZERO));
        assertThatThrownBy(() -> RawSseClient.connect("127.0.0.1", port)).isInstanceOf(IOException.class);
    }

    @Test
    void theFirstShutdownCounts() throws Exception {
        SseServer server = serve();
        CompletionStage<Void> first = server.shutdown(Duration.ZERO);
        settled(server.shutdown(Duration.ofDays(1)));
        settled(first);
    }

    @Test
    void aShutdownWithoutStreamsEndsAtOnce() throws Exception {
        settled(serve().shutdown(Duration.ofDays(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "P366D", "PT2562047788015215H30M7S"})
    void aDeadlineThatIsNoneIsRefusedAndNothingEnds(Duration deadline) throws Exception {
        SseServer server = serve();
        assertThatThrownBy(() -> server.shutdown(deadline))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shutdown.deadline: " + deadline + " (expected: 0 ms to 365 days)");
        assertThat(client(server).get("/events").status()).isEqualTo(200);
    }

    @Test
    void aServerClosesAlsoDuringASlowerShutdown() throws Exception {
        SseServer server = serve();
        follower(server);
        follower(server);
        follower(server);
        CompletionStage<Void> slower = server.shutdown(Duration.ofDays(1));
        server.close();
        settled(slower);
    }

    @Test
    void nothingIsDoneForARequestBehindAnAnswerThatEndsTheConnection() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        RawSseClient client = client(start(local().endpoint("POST", "/events", request -> {
            asked.incrementAndGet();
            return SseReply.stop();
        })));
        client.send("POST /nothing HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + "POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.readHead().header("Connection")).isEqualTo("close");
        assertThat(client.readToEnd()).asString(StandardCharsets.UTF_8).isEqualTo("no endpoint at /nothing\n");
        assertThat(asked).hasValue(0);
    }

    @Test
    void nothingOfARequestThatIsRefusedForItsHostReachesAHandler() throws Exception {
        RawSseClient client = client(start(local().requests(pipeline -> pipeline.addLast(Behind.answeringAtOnce()))));
        client.send("POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" + Pipelines.get("/b"));
        RawSseClient.Head refused = client.readHead();
        assertThat(refused.status()).isEqualTo(400);
        assertThat(body(client, refused)).isEqualTo("host: none (expected: one)\n");
        assertThat(body(client, client.readHead())).isEqualTo("</b >");
    }

    @Test
    void whatAHandlerThrowsBeforeTheFirstAnswerEndsTheConnection() throws Exception {
        RawSseClient client =
                client(start(local().requests(pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelReadComplete(ChannelHandlerContext ctx) {
                        throw new IllegalStateException("by the test");
                    }
                }))));
        client.send("GET /events HTTP/1.1\r\n");
        assertThat(client.readToEnd()).isEmpty();
    }

    @Test
    void aConnectionWhoseHandlersCannotBeAddedEndsAndLeavesNothing() throws Exception {
        SseServer server = start(local().requests(pipeline -> {
            throw new IllegalStateException("by the test");
        }));
        for (int i = 0; i < 20; i++) {
            RawSseClient client = client(server);
            client.send("GET /events HTTP/1.1\r\n");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(LeakGate.drain()).isEmpty();
    }
}
