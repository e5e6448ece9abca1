package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one endpoint has otherwise than its handler. */
class EndpointOptionsTest extends ServerFixture {
    private static final String APP = "https://app.example";
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    private SseServer.Builder builder(EndpointOptions options) {
        return local().heartbeat(LONG)
                .endpoint("/others", request -> SseReply.subscribe(hub, "t"))
                .endpoint("GET", "/events", request -> SseReply.subscribe(hub, "t"), options);
    }

    private static RawSseClient.Head ask(RawSseClient client, String path, String... headers) throws Exception {
        client.send(Pipelines.get(path, headers).replaceFirst("GET", "HEAD"));
        return client.readHead();
    }

    @Test
    void itsOwnOriginsMayReadIt() throws Exception {
        CorsPolicy policy = CorsPolicy.builder().origins(APP).build();
        SseServer server = start(builder(EndpointOptions.builder().cors(policy).build()));
        assertThat(ask(client(server), "/events", "Origin: " + APP).header("Access-Control-Allow-Origin"))
                .isEqualTo(APP);
        assertThat(ask(client(server), "/others", "Origin: " + APP).header("Access-Control-Allow-Origin"))
                .isNull();
        assertThat(preflight(server, "/events").status()).isEqualTo(204);
        assertThat(preflight(server, "/others").status()).isEqualTo(405);
    }

    private RawSseClient.Head preflight(SseServer server, String path) throws Exception {
        RawSseClient client = client(server);
        client.send("OPTIONS " + path + " HTTP/1.1\r\nHost: h\r\nOrigin: " + APP
                + "\r\nAccess-Control-Request-Method: GET\r\n\r\n");
        return client.readHead();
    }

    @Test
    void aPreflightIsAnsweredByTheHookOfThePolicy() throws Exception {
        CorsPolicy policy = CorsPolicy.builder()
                .origins(APP)
                .preflight(request -> request.header("Access-Control-Request-Private-Network") == null
                                || !"a".equals(request.pathParameter("room"))
                        ? SseReply.refuse(403)
                        : SseReply.stop().header("Access-Control-Allow-Private-Network", "true"))
                .build();
        SseServer server = start(local().endpoint(
                        "GET",
                        "/rooms/{room}",
                        request -> SseReply.subscribe(hub, "t"),
                        EndpointOptions.builder().cors(policy).build()));
        String preflight =
                "OPTIONS /rooms/a HTTP/1.1\r\nHost: h\r\nOrigin: " + APP + "\r\nAccess-Control-Request-Method: GET\r\n";
        RawSseClient.Head refused = sending(server, preflight + "\r\n").readHead();
        assertThat(refused.status()).isEqualTo(403);
        RawSseClient.Head head = sending(server, preflight + "Access-Control-Request-Private-Network: true\r\n\r\n")
                .readHead();
        assertThat(head.status()).isEqualTo(204);
        assertThat(head.headers())
                .containsEntry("access-control-allow-private-network", "true")
                .containsEntry("access-control-allow-origin", APP)
                .containsEntry("access-control-allow-methods", "GET, HEAD");
        assertThat(sending(server, preflight.replace(APP, "https://other.example") + "\r\n")
                        .readHead()
                        .status())
                .as("of an origin that is not allowed the hook is not asked")
                .isEqualTo(204);
    }

    @Test
    void itsOwnOriginsMayAsk() throws Exception {
        SseServer server = start(builder(EndpointOptions.builder().origins(APP).build()));
        assertThat(ask(client(server), "/events", "Origin: https://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(ask(client(server), "/others", "Origin: https://evil.example")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void itsStreamsTellItsOwnRetryAndOpening() throws Exception {
        SseServer server = start(builder(EndpointOptions.builder()
                .retry(Duration.ofMillis(7), Duration.ofMillis(7))
                .opening(StreamOpening.NONE)
                .build()));
        RawSseClient client = listener(server);
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        assertThat(client.retries()).containsExactly(Duration.ofMillis(7));
    }

    @Test
    void itsStreamsHaveItsOwnHeartbeat() throws Exception {
        SseServer server = start(builder(EndpointOptions.builder()
                .heartbeat(Heartbeat.event(MOMENT, SseEvent.of("ping", "{}")))
                .build()));
        publish("a");
        RawSseClient client = follower(server, "Last-Event-ID: earliest");
        assertThat(client.readEvent().data()).isEqualTo("a");
        String position = client.lastEventId();
        for (int i = 0; i < 3; i++) {
            var beat = client.readEvent();
            assertThat(beat.type()).isEqualTo("ping");
            assertThat(beat.data()).isEqualTo("{}");
        }
        assertThat(client.lastEventId()).isEqualTo(position);
    }

    @Test
    void aFiniteStreamHasItsHeartbeatToo() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = start(local().endpoint(
                        "GET",
                        "/events",
                        request -> SseReply.stream(publisher),
                        EndpointOptions.builder()
                                .heartbeat(Heartbeat.event(MOMENT, SseEvent.of("ping", "{}")))
                                .build()));
        RawSseClient client = follower(server);
        assertThat(client.readEvent().type()).isEqualTo("ping");
        publisher.subscriber().onComplete();
    }

    @Test
    void overHttp2AHeartbeatIsAnEventToo() throws Exception {
        SseServer server = start(builder(EndpointOptions.builder()
                .heartbeat(Heartbeat.event(MOMENT, SseEvent.of("ping", "{}")))
                .build()));
        try (Http2Client client = Http2Client.connect(server)) {
            assertThat(client.follow("/events").readEvent().type()).isEqualTo("ping");
        }
    }

    @Test
    void oneMoreComesAMomentAfterTheLastEventAndOnlyOne() throws Exception {
        SseServer server = start(builder(EndpointOptions.builder()
                .heartbeat(Heartbeat.event(LONG, SseEvent.of("ping", "{}")).afterLastEvent(MOMENT))
                .build()));
        RawSseClient client = follower(server);
        assertThat(client.readEvent().type()).as("behind the opening").isEqualTo("ping");
        CompletableFuture<Void> looks = new CompletableFuture<>(); // as long as several of them may take
        server.connections()
                .forEach(stream -> loopOf(stream).schedule(() -> looks.complete(null), 200, TimeUnit.MILLISECONDS));
        looks.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (String data : new String[] {"a", "b"}) {
            publish(data);
            assertThat(client.readEvent().data()).as("no more came").isEqualTo(data);
            assertThat(client.readEvent().type()).isEqualTo("ping");
        }
    }

    @Test
    void aPreflightAllowsTheMethodsOfItsPolicyAlone() throws Exception {
        EndpointOptions options = EndpointOptions.builder()
                .cors(CorsPolicy.builder().origins(APP).credentials().build())
                .build();
        SseServer server = start(local().endpoint("GET", "/v1", request -> SseReply.stop(), options)
                .endpoint("PUT", "/v1", request -> SseReply.stop(), options)
                .endpoint("DELETE", "/v1", request -> SseReply.stop()));
        assertThat(preflight(server, "/v1").header("Access-Control-Allow-Methods"))
                .isEqualTo("GET, HEAD, PUT");
        RawSseClient client = client(server);
        client.send("OPTIONS /v1 HTTP/1.1\r\nHost: h\r\nOrigin: " + APP
                + "\r\nAccess-Control-Request-Method: DELETE\r\n\r\n");
        RawSseClient.Head refused = client.readHead();
        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void aHeartbeatIsAnEventWithDataAndWithoutAnId() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heartbeat.event(LONG, SseEvent.comment("a")))
                .withMessageStartingWith("heartbeat.event: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heartbeat.event(
                        LONG, SseEvent.builder().id("1").data("a").build()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heartbeat.comment(Duration.ofMillis(9)))
                .withMessage("heartbeat.silence: PT0.009S (expected: 10 ms to 365 days)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heartbeat.comment(LONG).afterLastEvent(Duration.ZERO));
    }
}
