package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.SseSnapshot.State;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Covers {@link HubGzipBody}, {@link HubIdentityBody}, {@link HubBody}, {@link HubCopy} and {@link HubGzipBlock}. */
@Timeout(120)
class HubGzipBodyTest extends ServerFixture {
    private static final EndpointOptions COMPRESSED =
            EndpointOptions.builder().compress().build();

    private final Recorder recorder = new Recorder();

    /** How a client is connected. */
    enum Wire {
        HTTP_1_1(Version.HTTP_1_1, false),
        TLS_HTTP_1_1(Version.HTTP_1_1, true),
        TLS_HTTP_2(Version.HTTP_2, true);

        private final Version version;
        private final boolean tls;

        Wire(Version version, boolean tls) {
            this.version = version;
            this.tls = tls;
        }

        URI uri(SseServer server, String path) {
            return URI.create((tls ? "https" : "http") + "://localhost:"
                    + server.address().getPort() + path);
        }
    }

    private SseServer compressing(Wire wire) throws Exception {
        return compressing(wire.tls ? Tls.server() : null, COMPRESSED);
    }

    private SseServer compressing(SslContext tls, EndpointOptions options) {
        SseServer.Builder builder = local().listener(recorder);
        return start((tls == null ? builder : builder.tls(tls))
                .endpoint("GET", "/events", request -> SseReply.subscribe(hub, "t"), options));
    }

    private GzipClient open(Wire wire, SseServer server, String... headers) throws Exception {
        GzipClient client =
                keep(GzipClient.open(GzipClient.client(wire.version), wire.uri(server, "/events"), headers));
        assertThat(client.version()).isEqualTo(wire.version);
        return client;
    }

    private List<GzipClient> open(int count, Wire wire, SseServer server) throws Exception {
        List<GzipClient> clients = new ArrayList<>();
        while (clients.size() < count) {
            clients.add(open(wire, server));
        }
        return clients;
    }

    private static String tick(int i) {
        return "{\"symbol\":\"ACME\",\"price\":" + (100 + i % 17) + "." + i % 10 + ",\"volume\":" + 31 * i
                + ",\"exchange\":\"XETR\",\"currency\":\"EUR\",\"sequence\":" + i + "}";
    }

    @ParameterizedTest
    @EnumSource
    void eachClientDecodesAnEventBeforeTheNextIsPublished(Wire wire) throws Exception {
        SseServer server = compressing(wire);
        List<GzipClient> clients = open(3, wire, server);
        List<SseConnection> streams = List.of(recorder.nextOpened(), recorder.nextOpened(), recorder.nextOpened());
        String resumeAt = "";
        for (int i = 0; i < 120; i++) {
            String position = publish(tick(i)).toString();
            for (GzipClient client : clients) {
                assertThat(client.next()).isEqualTo(tick(i));
            }
            if (i == 10) {
                resumeAt = position;
            } else if (i == 40) {
                clients.add(open(wire, server));
            } else if (i == 50) {
                streams.get(1)
                        .send(SseEvent.of("private"))
                        .toCompletableFuture()
                        .join();
                assertThat(privateEvents(clients)).containsOnlyOnce("private");
            } else if (i == 60) {
                GzipClient resumed = open(wire, server, "Last-Event-ID", resumeAt);
                for (int missed = 11; missed <= 60; missed++) {
                    assertThat(resumed.next()).isEqualTo(tick(missed));
                    if (missed == 50) {
                        assertThat(resumed.next()).isEqualTo("after");
                    }
                }
                clients.add(resumed);
            }
        }
        hub.close();
        for (GzipClient client : clients) {
            client.assertEnds();
        }
    }

    /** Has each hear one more event, so that nobody waits for one that another has been sent. */
    private List<String> privateEvents(List<GzipClient> clients) throws Exception {
        publish("after");
        List<String> heard = new ArrayList<>();
        for (GzipClient client : clients) {
            for (String next = client.next(); !next.equals("after"); next = client.next()) {
                heard.add(next);
            }
        }
        return heard;
    }

    @ParameterizedTest
    @EnumSource
    void aBurstIsAQuarterOfItsSizeForAllStreams(Wire wire) throws Exception {
        SseServer server = compressing(wire);
        List<GzipClient> clients = open(3, wire, server);
        CountDownLatch published = new CountDownLatch(1);
        hold(loopOf(recorder.nextOpened()), published);
        IntStream.range(0, 5_000).forEach(i -> publish(tick(i)));
        published.countDown();
        for (GzipClient client : clients) {
            for (int i = 0; i < 5_000; i++) {
                assertThat(client.next()).isEqualTo(tick(i));
            }
            assertThat(client.wireBytes()).isLessThan(client.decodedBytes() / 4);
        }
    }

    @Test
    void anEventInStepIsAFractionOfItsSize() throws Exception {
        SseServer server = compressing(Wire.HTTP_1_1);
        List<GzipClient> clients = open(2, Wire.HTTP_1_1, server);
        for (int i = 0; i < 320; i++) {
            publish(tick(i));
            for (GzipClient client : clients) {
                assertThat(client.next()).isEqualTo(tick(i));
            }
        }
        for (GzipClient client : clients) {
            assertThat((double) client.wireBytes() / client.decodedBytes()).isLessThan(0.4);
        }
    }

    @Test
    void aClientThatReadsLateDecodesAllOfIt() throws Exception {
        SseServer server = compressing(Wire.HTTP_1_1);
        GzipClient late = open(Wire.HTTP_1_1, server);
        SseConnection stuck = recorder.nextOpened();
        List<GzipClient> others = open(2, Wire.HTTP_1_1, server);
        Random random = new Random(1);
        List<String> sent = new ArrayList<>();
        while (loopOf(stuck)
                .submit(() -> ((StreamBase) stuck).channel.isWritable())
                .get()) {
            sent.add(random.ints(500).mapToObj(Integer::toHexString).reduce("", String::concat));
            publish(sent.get(sent.size() - 1));
            for (GzipClient client : others) {
                assertThat(client.next()).isEqualTo(sent.get(sent.size() - 1));
            }
        }
        for (int i = 0; i < 100; i++) {
            sent.add(tick(i));
            publish(tick(i));
            for (GzipClient client : others) {
                assertThat(client.next()).isEqualTo(tick(i));
            }
        }
        for (String event : sent) {
            assertThat(late.next()).isEqualTo(event);
        }
        publish("last");
        assertThat(late.next()).isEqualTo("last");
    }

    @Test
    void heartbeatsBetweenEventsHarmNobody() throws Exception {
        SseServer server = compressing(
                null,
                EndpointOptions.builder()
                        .compress()
                        .heartbeat(Heartbeat.event(Duration.ofMillis(10), SseEvent.of("ping", "{}")))
                        .build());
        List<GzipClient> clients = open(3, Wire.HTTP_1_1, server);
        for (int i = 0; i < 100; i++) {
            publish(tick(i));
            for (GzipClient client : clients) {
                assertThat(client.next()).isEqualTo(tick(i));
            }
            if (i % 4 == 0) {
                clients.get(i % 3).awaitPing();
            }
        }
    }

    @Test
    void aStreamThatNoOtherSharesIsSentWithoutCompression() throws Exception {
        SseServer server = compressing(Wire.HTTP_1_1);
        GzipClient alone = open(Wire.HTTP_1_1, server);
        publish("a".repeat(10_000));
        assertThat(alone.next()).hasSize(10_000);
        assertThat(alone.wireBytes()).isGreaterThan(10_000);
    }

    @Test
    void anEventLargerThanABlockWithoutCompressionIsDecoded() throws Exception {
        SseServer server = compressing(Wire.HTTP_1_1);
        GzipClient alone = open(Wire.HTTP_1_1, server);
        publish("a".repeat(200_000));
        assertThat(alone.next()).hasSize(200_000);
    }

    @Test
    void aSharedSnapshotIsCompressed() throws Exception {
        SseSnapshot snapshot = SseSnapshot.of(
                hub,
                List.of("t"),
                ForkJoinPool.commonPool(),
                () -> State.of(List.of(SseEvent.of("state" + " of it".repeat(20_000)))));
        SseServer server = start(local().endpoint(
                        "GET",
                        "/events",
                        request -> SseReply.subscribe(hub, "t").snapshot(snapshot),
                        COMPRESSED));
        publish("before");
        for (int i = 0; i < 3; i++) {
            GzipClient client = open(Wire.HTTP_1_1, server);
            assertThat(client.next()).startsWith("state").hasSize(120_005);
            assertThat(client.wireBytes()).isLessThan(20_000);
        }
    }
}
