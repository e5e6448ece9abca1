package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints for any method. Covers {@link PublisherEventList}. */
class RequestRoutesMethodsTest extends ServerFixture {
    private static SseReply echo(SseRequest request) {
        return SseReply.answer(200, "text/plain", request.method() + " " + request.bodyText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE", "QUERY", "OPTIONS", "POST"})
    void eachMethodHasAnEndpointOfItsOwnAndItsBody(String method) throws Exception {
        SseServer server = start(local().endpoint(method, "/v1", RequestRoutesMethodsTest::echo));
        RawSseClient client = client(server);
        client.send(method + " /v1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(body(client, client.readHead())).isEqualTo(method + " hi");
        RawSseClient.Head other = client.get("/v1");
        assertThat(other.status()).isEqualTo(405);
        assertThat(other.header("Allow")).isEqualTo(method);
    }

    @Test
    void headIsOfGetUnlessItHasAnEndpointOfItsOwn() throws Exception {
        SseServer server = start(local().endpoint("/v1", request -> SseReply.stop())
                .endpoint("/both", request -> SseReply.stop())
                .endpoint("HEAD", "/both", request -> SseReply.answer(299)));
        RawSseClient client = client(server);
        client.send("HEAD /v1 HTTP/1.1\r\nHost: h\r\n\r\nHEAD /both HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(204);
        assertThat(client.readHead().status()).isEqualTo(299);
        client.send("PUT /both HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void headIsAllowedWithGetAlone() throws Exception {
        SseServer server = start(local().endpoint("/v1", request -> SseReply.stop())
                .endpoint("WIDGET", "/v1", request -> SseReply.stop()));
        RawSseClient client = client(server);
        client.send("PUT /v1 HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().header("Allow")).isEqualTo("GET, HEAD, WIDGET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "get", "CONNECT", "A B", "Ä"})
    void whatIsNoMethodIsRefused(String method) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local().endpoint(method, "/v1", RequestRoutesMethodsTest::echo))
                .withMessage("endpoint.method: \"" + method
                        + "\" (expected: one in capitals such as GET or POST, or * for any)");
    }

    @ParameterizedTest
    @EnumSource
    void eventsThatAreThereAreAStreamThatEnds(AskedThrough way) throws Exception {
        List<SseEvent> events = List.of(SseEvent.of("a"), SseEvent.of("done", "b"));
        AskedThrough.Answer answer =
                way.ask(this, with -> with.endpoint("/v1", request -> SseReply.stream(events)), "GET", "/v1");
        assertThat(answer.header("content-type")).containsExactly("text/event-stream");
        assertThat(answer.body()).contains("data: a\n\n").contains("event: done\ndata: b\n\n");
    }

    @Test
    void moreEventsThanASocketHoldsComeAsItTakesThem() throws Exception {
        List<SseEvent> events = java.util.Collections.nCopies(5_000, SseEvent.of("x".repeat(1_000)));
        SseServer server = start(local().endpoint("/events", request -> SseReply.stream(events)));
        RawSseClient client = client(server, 128 << 10);
        assertThat(client.get("/events").status()).isEqualTo(200);
        assertThat(client.readEvents(5_000)).hasSize(5_000);
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
    }
}
