package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LogReader;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers that are no stream. Covers {@link RequestNotFound}. */
class ResponseWriterTest extends ServerFixture {
    private int statusOf(String request) throws IOException {
        RawSseClient client = client(serve());
        client.send(request);
        return client.readHead().status();
    }

    @Test
    void anotherMethodIsToldWhichAreAllowed() throws Exception {
        RawSseClient client = client(serve());
        client.send("POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(405);
        assertThat(head.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void anEndpointForPostIsNotOneForGet() throws Exception {
        SseServer server = start(local().endpoint("POST", "/events", request -> SseReply.refuse(403)));
        RawSseClient.Head head = client(server).get("/events");
        assertThat(head.status()).isEqualTo(405);
        assertThat(head.header("Allow")).isEqualTo("POST");
    }

    @Test
    void aPathWithoutEndpointIsNotFound() throws Exception {
        RawSseClient client = client(serve());
        RawSseClient.Head head = client.get("/other");
        assertThat(head.status()).isEqualTo(404);
        assertThat(body(client, head)).isEqualTo("no endpoint at /other\n");
        assertThat(client.get("/events").status()).isEqualTo(200);
    }

    @Test
    void theRestOfANotFoundRequestIsSkipped() throws Exception {
        RawSseClient client = client(serve());
        client.send("POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        body(client, client.readHead());
        assertThat(client.get("/events").status()).isEqualTo(200);
    }

    @Test
    void aRequestThatIsNoHttpIsMalformed() throws Exception {
        assertThat(statusOf("GARBAGE\r\n\r\n")).isEqualTo(400);
    }

    @Test
    void aQueryThatCannotBeDecodedIsMalformed() throws Exception {
        assertThat(statusOf("GET /events?lastEventId=%zz HTTP/1.1\r\nHost: h\r\n\r\n"))
                .isEqualTo(400);
    }

    @Test
    void aRequestLineThatIsTooLongIsRefused() throws Exception {
        assertThat(statusOf("GET /events?" + "x".repeat(9 << 10) + " HTTP/1.1\r\n\r\n"))
                .isEqualTo(414);
    }

    @Test
    void aHeaderThatIsTooLargeIsRefused() throws Exception {
        assertThat(statusOf("GET /events HTTP/1.1\r\nX: " + "x".repeat(17 << 10) + "\r\n\r\n"))
                .isEqualTo(431);
    }

    @Test
    void aMalformedRequestEndsTheConnection() throws Exception {
        RawSseClient client = client(serve());
        client.send("GARBAGE\r\n\r\n");
        assertThat(client.readHead().header("Connection")).isEqualTo("close");
        assertThat(rest(client)).isEqualTo("request: malformed\n");
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        int size = (64 << 10) + 1;
        assertThat(statusOf(
                        "GET /events HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size)))
                .isEqualTo(413);
    }

    @Test
    void aBodyUpToTheLimitIsIgnored() throws Exception {
        int size = 64 << 10;
        assertThat(statusOf(
                        "GET /events HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size)))
                .isEqualTo(200);
    }

    @Test
    void anEndpointRefusesWithItsReason() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.refuse(403, "not yours")));
        RawSseClient.Head head = client.get("/events");
        assertThat(head.statusLine()).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(undated(head))
                .isEqualTo(Map.of(
                        "content-type", "text/plain;charset=utf-8",
                        "content-length", "10",
                        "cache-control", "no-store",
                        "x-content-type-options", "nosniff"));
        assertThat(body(client, head)).isEqualTo("not yours\n");
    }

    @Test
    void withoutAReasonTheStatusSpeaks() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.refuse(401)));
        assertThat(body(client, client.get("/events"))).isEqualTo("Unauthorized\n");
    }

    @Test
    void anUnavailableServiceTellsWhenToComeBack() throws Exception {
        assertThat(client(serve(request -> SseReply.refuse(503))).get("/events").header("Retry-After"))
                .isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 200, 204, 302, 399, 600})
    void aStatusThatIsNoRefusalIsNotAccepted(int status) {
        assertThatThrownBy(() -> SseReply.refuse(status))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("refuse.status: " + status + " (expected: 400 to 599)");
    }

    @Test
    void stopTellsTheClientNotToComeBack() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.stop()));
        RawSseClient.Head head = client.get("/events");
        assertThat(head.status()).isEqualTo(204);
        assertThat(undated(head)).isEqualTo(Map.of("cache-control", "no-store"));
    }

    @Test
    void aRefusedClientMayAskAgainOnTheSameConnection() throws Exception {
        RawSseClient client = client(serve(request ->
                request.query("token") == null ? SseReply.refuse(401, "token") : SseReply.subscribe(hub, "t")));
        assertThat(body(client, client.get("/events"))).isEqualTo("token\n");
        assertThat(body(client, client.get("/events"))).isEqualTo("token\n");
        assertThat(client.get("/events?token=1").status()).isEqualTo(200);
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
    }

    @Test
    void aStoppedClientMayAskAgainOnTheSameConnection() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.stop()));
        assertThat(client.get("/events").status()).isEqualTo(204);
        assertThat(client.get("/events").status()).isEqualTo(204);
    }

    @Test
    void aRefusalOfHeadHasNoBody() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.refuse(403, "not yours")));
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().header("Content-Length")).isEqualTo("10");
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0\r\n\r\n", "HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"})
    void aRefusedClientThatDoesNotKeepAliveIsDisconnected(String end) throws Exception {
        RawSseClient client = client(serve(request -> SseReply.refuse(403, "not yours")));
        client.send("GET /events " + end);
        assertThat(client.readHead().header("Connection")).isEqualTo("close");
        assertThat(rest(client)).isEqualTo("not yours\n");
    }

    @Tag("netty-4.2")
    @Test
    void tooManyPipelinedRequestsEndTheConnectionWithoutAWarning() {
        Limits limits = Limits.builder()
                .incompleteBytesPerConnection(1 << 20)
                .build(); // else it bounds them before the codec does
        EmbeddedChannel channel = new EmbeddedChannel(new ServerPipeline(
                SseHandler.builder().limits(limits).build(),
                limits,
                pipeline -> pipeline.addLast(Behind.answeringLater()),
                null,
                1,
                new ServerConnections()));
        String log = LogReader.logged(() -> {
            Pipelines.send(channel, Pipelines.get("/a").repeat(200)); // in one read: later ones would wait
            channel.runPendingTasks();
        });
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
        assertThat(log).isEmpty();
    }
}
