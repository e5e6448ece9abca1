package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.SseHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedTest {

    private final Embed service = new Embed(SseHandler.builder().hosts("localhost"));
    private int port;

    @BeforeEach
    void start() {
        port = service.start("127.0.0.1", 0).getPort();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private RawSseClient connect() throws IOException {
        return RawSseClient.connect("127.0.0.1", port).without("stream-open");
    }

    private RawSseClient follow() throws IOException {
        RawSseClient client = connect();
        ask(client, "GET /note/events", "");
        assertThat(client.readHead().status()).isEqualTo(200);
        return client;
    }

    private static void ask(RawSseClient client, String request, String body, String... fields) throws IOException {
        String head = request + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", fields);
        client.send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** The answer of the service's own route, as its status and body. */
    private static String answer(RawSseClient client) throws IOException {
        RawSseClient.Head head = client.readHead();
        int length = Integer.parseInt(String.valueOf(head.header("content-length")));
        return (head.status() + " " + new String(client.readBytes(length), StandardCharsets.UTF_8)).strip();
    }

    private String put(String note) throws IOException {
        try (RawSseClient client = connect()) {
            ask(client, "PUT /note", note);
            return answer(client);
        }
    }

    @Test
    void theRouteOfTheServiceAnswersAsBefore() throws Exception {
        assertThat(put("Low water at noon")).isEqualTo("200 Low water at noon");
        try (RawSseClient client = connect()) {
            ask(client, "GET /note", "");
            assertThat(answer(client)).isEqualTo("200 Low water at noon");
            ask(client, "GET /nothing", "");
            assertThat(answer(client)).isEqualTo("404");
        }
    }

    @Test
    void theQueryOfTheRouteIsIgnored() throws Exception {
        put("one");
        try (RawSseClient client = connect()) {
            ask(client, "GET /note?at=now", "");
            assertThat(answer(client)).isEqualTo("200 one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "DELETE"})
    void aMethodThatTheRouteDoesNotHaveIsRefused(String method) throws Exception {
        put("one");
        try (RawSseClient client = connect()) {
            ask(client, method + " /note", "two");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(405);
            assertThat(head.header("allow")).isEqualTo("GET, HEAD, PUT");
            assertThat(head.header("content-length")).isEqualTo("0");
        }
    }

    @Test
    void theHeadOfTheRouteIsThatOfItsNote() throws Exception {
        put("one");
        try (RawSseClient client = connect()) {
            ask(client, "HEAD /note", "");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("content-length")).isEqualTo("3");
        }
    }

    @Test
    void aStreamBeginsWithTheNoteOfNowAndGoesOnWithItsChanges() throws Exception {
        put("one");
        try (RawSseClient client = follow();
                RawSseClient other = follow()) {
            assertThat(client.readEvent().data()).isEqualTo("one");
            assertThat(other.readEvent().data()).isEqualTo("one");

            put("two");

            assertThat(client.readEvent().data()).isEqualTo("two");
            assertThat(other.readEvent().data()).isEqualTo("two");
        }
    }

    @Test
    void oneConnectionServesTheRouteAndThenTheStream() throws Exception {
        try (RawSseClient client = connect()) {
            ask(client, "PUT /note", "first");
            assertThat(answer(client)).isEqualTo("200 first");
            ask(client, "GET /note/events", "");
            assertThat(client.readHead().header("content-type")).isEqualTo("text/event-stream");
            assertThat(client.readEvent().data()).isEqualTo("first");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT /note, Origin: http://localhost, 200",
        "PUT /note, Origin: https://evil.example, 403",
        "GET /note/events, Origin: https://evil.example, 403"
    })
    void theOriginIsCheckedForTheRouteOfTheServiceToo(String request, String field, int status) throws Exception {
        try (RawSseClient client = connect()) {
            ask(client, request, "", field + "\r\n");
            assertThat(client.readHead().status()).isEqualTo(status);
        }
    }

    @Test
    void anotherHostIsRefused() throws Exception {
        try (RawSseClient client = connect()) {
            client.send("GET /note HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(421);
        }
    }

    @Test
    void atItsEndEachStreamIsToldWhenToComeBack() throws Exception {
        try (RawSseClient client = follow()) {
            client.readEvent();

            service.close();

            assertThat(client.tryReadEvent()).isNull();
            assertThat(client.retries())
                    .as("that of the opening, and a farewell")
                    .hasSize(2);
            assertThat(client.isWhole()).isTrue();
        }
    }
}
