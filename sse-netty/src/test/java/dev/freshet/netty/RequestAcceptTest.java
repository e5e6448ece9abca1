package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods, versions and what a client accepts. */
class RequestAcceptTest extends ServerFixture {
    private SseServer both() {
        return start(endpoints());
    }

    private SseServer.Builder endpoints() {
        return local().endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/both", request -> SseReply.subscribe(hub, "t"))
                .endpoint("POST", "/both", request -> SseReply.refuse(403, "posted"))
                .endpoint("POST", "/post/{x}", request -> SseReply.subscribe(hub, "t"));
    }

    private RawSseClient.Head call(String method, String path) throws Exception {
        RawSseClient client = client(both());
        client.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
        return client.readHead();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /events, 'GET, HEAD'",
        "OPTIONS, /events, 'GET, HEAD'",
        "TRACE, /events, 'GET, HEAD'",
        "BREW, /events, 'GET, HEAD'",
        "get, /events, 'GET, HEAD'",
        "PUT, /both, 'GET, HEAD, POST'",
        "GET, /post/1, POST",
        "HEAD, /post/1, POST"
    })
    void anotherMethodIsToldWhichAreAllowed(String method, String path, String allowed) throws Exception {
        RawSseClient.Head head = call(method, path);
        assertThat(head.status()).isEqualTo(405);
        assertThat(head.header("Allow")).isEqualTo(allowed);
    }

    @Test
    void aStreamMayAnswerAPost() throws Exception {
        assertThat(call("POST", "/post/1").header("SSE-Resume")).isEqualTo("fresh");
    }

    @Test
    void onePathMayHaveAnEndpointForEachMethod() throws Exception {
        assertThat(call("POST", "/both").status()).isEqualTo(403);
        assertThat(call("GET", "/both").status()).isEqualTo(200);
    }

    @Test
    void aRequestAfterARefusedMethodIsAnswered() throws Exception {
        RawSseClient client = client(both());
        client.send("PUT /events HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
        body(client, client.readHead());
        assertThat(client.get("/events").status()).isEqualTo(200);
    }

    private int strictStatusFor(String... headers) throws Exception {
        return client(start(endpoints().strictAccept())).get("/events", headers).status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "TEXT/Event-Stream",
                "text/event-stream;charset=utf-8",
                "text/*",
                "*/*",
                "",
                " , ",
                "text/html, text/event-stream;q=0.001",
                "text/html,*/*;q=0.8",
                "text/*;q=0, text/event-stream",
                "text/event-stream;q=0, text/event-stream;q=1",
                "text/event-stream; q=high"
            })
    void aClientThatAcceptsAStreamGetsOne(String accept) throws Exception {
        assertThat(strictStatusFor("Accept: " + accept)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/html",
                "text/event-streams",
                "application/*",
                "text/event-stream;q=0",
                "text/event-stream ; Q=0.000",
                "text/event-stream;q=0, */*",
                "text/event-stream;q=0, text/*",
                "text/*;q=0, */*",
                "*/*;q=0"
            })
    void aClientThatAcceptsNoStreamIsToldWhereTheServerIsStrict(String accept) throws Exception {
        RawSseClient client = client(start(endpoints().strictAccept()));
        RawSseClient.Head head = client.get("/events", "Accept: " + accept);
        assertThat(head.status()).isEqualTo(406);
        assertThat(body(client, head)).isEqualTo("accept: " + accept + " (expected: text/event-stream)\n");
    }

    @Test
    void whatIsAcceptedMayBeToldInSeveralFields() throws Exception {
        assertThat(strictStatusFor("Accept: text/html", "Accept: text/event-stream"))
                .isEqualTo(200);
        assertThat(strictStatusFor("Accept: text/html", "Accept: application/json"))
                .isEqualTo(406);
        assertThat(strictStatusFor()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html", "text/event-stream;q=0", "*/*;q=0", "nonsense"})
    void whatAClientAcceptsRefusesNothingUnlessTheServerIsStrict(String accept) throws Exception {
        RawSseClient client = client(both());
        assertThat(client.get("/events", "Accept: " + accept).status()).isEqualTo(200);
    }

    @Test
    void aStreamOverHttp10EndsWithTheConnectionAndHasNoChunks() throws Exception {
        RawSseClient client = client(both());
        client.send("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.header("Transfer-Encoding")).isNull();
        assertThat(head.header("Content-Length")).isNull();
        assertThat(head.header("Connection")).isEqualTo("close");
        hub.close();
        assertThat(beforeFarewell(rest(client))).endsWith("\nid: " + hub.latest() + "\n\n");
    }

    @Test
    void aRefusalOverHttp10MayKeepTheConnection() throws Exception {
        RawSseClient client = client(both());
        client.send("POST /events HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.header("Connection")).isEqualTo("keep-alive");
        body(client, head);
        assertThat(client.get("/events").status()).isEqualTo(200);
    }

    @Test
    void theTargetMayBeInAbsoluteForm() throws Exception {
        RawSseClient client = client(both());
        client.send("GET http://elsewhere/events?lastEventId=earliest HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().header("SSE-Resume")).isEqualTo("resumed");
    }
}
