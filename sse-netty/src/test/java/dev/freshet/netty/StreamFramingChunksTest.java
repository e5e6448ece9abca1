package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub's stream over HTTP/1.1 is sent in chunks of whole lines, and its last chunk tells its end from a cut. */
class StreamFramingChunksTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private SseServer.Builder recorded() {
        return local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    private RawSseClient begun(SseServer server) throws IOException {
        RawSseClient client = client(server).requiringWholeLines();
        client.get("/events");
        assertThat(client.readChunk()).startsWith("retry: ");
        return client;
    }

    private static void assertWhole(RawSseClient client) throws IOException {
        assertWhole(client, "");
    }

    /** It ends with these last lines, when to come back, and the last chunk. */
    private static void assertWhole(RawSseClient client, String last) throws IOException {
        assertThat(client.readChunk()).matches(last + FAREWELL);
        assertThat(client.readChunk()).isNull();
        assertConnectionEnds(client);
    }

    @Test
    void eachBatchIsAChunk() throws Exception {
        RawSseClient client = begun(start(recorded()));
        EventId first = publish("a");
        assertThat(client.readChunk()).isEqualTo("data: a\nid: " + first + "\n\n");
        CountDownLatch published = new CountDownLatch(1);
        hold(loopOf(recorder.nextOpened()), published);
        EventId second = publish("b");
        EventId third = publish("c");
        published.countDown();
        assertThat(client.readChunk()).isEqualTo("data: b\nid: " + second + "\n\ndata: c\nid: " + third + "\n\n");
    }

    @Test
    void eachPrivateSendIsAChunk() throws Exception {
        RawSseClient client = begun(start(recorded()));
        SseConnection connection = recorder.nextOpened();
        connection.send(SseEvent.of("a"));
        connection.send(SseEvent.of("\u20ac"));
        assertThat(client.readChunk()).isEqualTo("data: a\n\n");
        assertThat(client.readChunk()).isEqualTo("data: \u20ac\n\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 255, 16_300, 16_384, 16_385, 70_000, 1_100_000})
    void anEventOfAnySizeComesWhole(int size) throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = begun(server);
        RawSseClient beside = begun(server); // shares the frame
        String data = "x".repeat(size);
        EventId id = publish(data);
        EventId next = publish("next");
        String expected = "data: " + data + "\nid: " + id + "\n\ndata: next\nid: " + next + "\n\n";
        for (RawSseClient each : List.of(client, beside)) {
            StringBuilder got = new StringBuilder();
            while (got.length() < expected.length()) {
                got.append(each.readChunk());
            }
            assertThat(got.compareTo(new StringBuilder(expected))).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void largeAndSmallBatchesArriveInOrder(Transport transport) throws Exception {
        SseServerTest.assumeAvailable(transport);
        SseServer server = start(recorded().transport(transport));
        List<RawSseClient> clients = List.of(begun(server), begun(server), begun(server));
        List<String> sent = IntStream.range(0, 300)
                .mapToObj(i -> i + "-" + "x".repeat(i % 7 == 0 ? 20_000 : i))
                .toList();
        sent.forEach(this::publish);
        for (RawSseClient client : clients) {
            for (String data : sent) {
                assertThat(client.readEvent().data().equals(data))
                        .as("the event of %d chars", data.length())
                        .isTrue();
            }
        }
    }

    @Test
    void aStreamThatTheApplicationClosesIsWhole() throws Exception {
        RawSseClient client = begun(start(recorded()));
        recorder.nextOpened().close();
        assertWhole(client);
    }

    @Test
    void aStreamThatAShutdownEndsSaysWhenToComeBackAndIsWhole() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = begun(server);
        server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS));
        assertWhole(client);
    }

    @Test
    void aStreamAtTheEndOfItsLifetimeSaysWhenToComeBackAndIsWhole() throws Exception {
        RawSseClient client = begun(start(recorded().maxLifetime(Duration.ofMillis(100))));
        assertWhole(client);
    }

    @Test
    void aStreamThatExpiresSaysSoAndIsWhole() throws Exception {
        RawSseClient client = begun(serve(
                request -> SseReply.subscribe(hub, "t").expiresAt(Instant.now().plusMillis(1_000))));
        assertWhole(client, "event: credentials-expired\ndata: [^\n]*\n\n");
    }

    @Test
    void aStreamOfAHubThatClosesIsWhole() throws Exception {
        RawSseClient client = begun(start(recorded()));
        String event = "data: a\nid: " + publish("a") + "\n\n";
        hub.close();
        assertThat(client.readChunk()).isEqualTo(event);
        assertWhole(client);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGenerationIsWholeWhateverItsEnd(boolean completed) throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "g");
        RawSseClient client = client(serve(generation::follow));
        client.get("/events");
        var unused = completed ? generation.complete() : generation.fail(new IOException("as the test wants"));
        assertThat(client.readChunk()).startsWith(completed ? "event: done\n" : "event: error\n");
        assertWhole(client);
    }

    private static void assertCut(RawSseClient client) {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            while (client.readChunk() != null) {}
        });
        assertThat(client.isWhole()).isFalse();
    }

    @Test
    void aClientThatSendsTooMuchIsCutOff() throws Exception {
        RawSseClient client = begun(start(recorded()));
        client.send("x".repeat(70_000));
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.ERROR);
        assertCut(client);
    }

    @Test
    void aClientForWhomTooMuchIsSentIsCutOff() throws Exception {
        RawSseClient client = begun(start(recorded().sendLimit(10)));
        SseConnection stream = recorder.nextOpened();
        CountDownLatch sent = new CountDownLatch(1);
        hold(loopOf(stream), sent);
        stream.send(SseEvent.of("more than ten bytes")); // waits for the loop
        stream.send(SseEvent.of("and more"));
        sent.countDown();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.OVERFLOW);
        assertCut(client);
    }

    @Test
    void aClientThatTakesNothingIsCutOff() throws Exception {
        RawSseClient client = client(start(recorded().writeTimeout(Duration.ofMillis(200))), 4096);
        client.get("/events");
        SseConnection connection = recorder.nextOpened();
        while (recorder.closed.isEmpty() && connection.isOpen()) {
            publish("x".repeat(1 << 20));
        }
        assertThat(recorder.nextClosed()).isIn(CloseReason.STALLED, CloseReason.LAGGED);
        assertCut(client);
    }

    @Test
    void nothingIsWrittenBehindTheLastChunk() throws Exception {
        SseServer server = start(recorded().heartbeat(Duration.ofMillis(10)));
        RawSseClient client = client(server, 4096);
        client.get("/events");
        SseConnection connection = recorder.nextOpened();
        while (onLoop(connection, stream -> stream.channel.isWritable())) {
            publish("x".repeat(1 << 18));
        }
        connection.close(); // the last chunk waits behind what the client has not read
        publish("too late");
        assertThat(connection.send(SseEvent.of("too late"))).failsWithin(Duration.ofSeconds(PATIENCE_SECONDS));
        String tail = "";
        for (String chunk = client.readChunk(); chunk != null; chunk = client.readChunk()) {
            tail = chunk;
        }
        assertThat(tail).doesNotContain("too late");
        assertConnectionEnds(client);
    }

    @Test
    void aListenerMayCloseAStreamThatLags() throws Exception {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxBytes(1 << 20).build())
                .build();
        SseServer server = start(local().lagPolicy(LagPolicy.SKIP)
                .listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        recorder.opened(connection, outcome);
                    }

                    @Override
                    public void lagged(SseConnection connection) {
                        connection.close();
                    }
                })
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = client(server, 4096);
        client.get("/events");
        SseConnection connection = recorder.nextOpened();
        while (!onLoop(connection, stream -> stream.cursor.isLaggedOut())) {
            publish("x".repeat(1 << 18));
        }
        assertThat(rest(client)).doesNotContain("stream-reset");
        assertThat(client.isWhole()).isFalse(); // some of it is missing
    }

    private static boolean onLoop(SseConnection connection, Predicate<HubStream> question) throws Exception {
        return loopOf(connection)
                .submit(() -> question.test((HubStream) connection))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static String readAll(int port) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI uri = URI.create("http://127.0.0.1:" + port + "/events");
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** A client that knows nothing of event streams sees that a stream was cut, wherever that is, and that one has ended. */
    @Test
    void anyHttpClientTellsACutFromAnEnd() throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "g");
        generation.publish(SseEvent.of("a"));
        generation.complete();
        SseServer server = serve(generation::follow);
        RawSseClient raw = client(server);
        raw.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        int bytes = raw.readToEnd().length;
        try (CuttingProxy proxy = CuttingProxy.before(server.address().getPort())) {
            assertThat(readAll(proxy.port())).startsWith("data: a\n").contains("event: done\n");
            for (int lost = 1; lost < 80; lost += 3) {
                proxy.cutAfter(bytes - lost, CuttingProxy.Cut.FIN);
                assertThatExceptionOfType(IOException.class)
                        .as("without the last %d bytes", lost)
                        .isThrownBy(() -> readAll(proxy.port()));
            }
        }
    }
}
