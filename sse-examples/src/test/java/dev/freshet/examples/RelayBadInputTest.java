package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bad input has a clear error, and the server serves on. */
class RelayBadInputTest {

    private Relay relay;
    private Caller caller;

    @BeforeEach
    void start() {
        relay = Relay.start(
                SseHub.builder().retention(Retention.builder().maxBytes(4096).build()),
                SseServer.builder().host("127.0.0.1").port(0),
                new Guard());
        caller = new Caller(relay.server());
    }

    @AfterEach
    void servesOnAndStops() throws Exception {
        try (RawSseClient client = caller.follow("/events")) {
            assertThat(caller.post("/publish", "still here").statusCode()).isEqualTo(200);
            assertThat(client.readEvent().data()).isEqualTo("still here");
        } finally {
            relay.close();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    topic=                | topic: 0 characters (expected: 1 to 1024): ""
                    topic=a&topic=b       | topic: 2 of them (expected: at most one)
                    type=a%0Ab            | type: "a\\nb" (expected: no CR or LF)
                    type=a%0Db            | type: "a\\rb" (expected: no CR or LF)
                    """)
    void aBadQueryIsRefused(String query, String error) {
        HttpResponse<String> answer = caller.post("/publish?" + query, "data");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Caller.json(answer.body()).get("error").asString()).isEqualTo(error);
    }

    @Test
    void aMalformedEscapeIsRefused() throws Exception {
        try (RawSseClient client = caller.connect()) {
            client.send("POST /publish?topic=%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

            assertThat(client.readHead().status()).isEqualTo(400);
        }
    }

    @Test
    void malformedUtf8IsRefused() {
        HttpResponse<String> answer = caller.post("/publish", new byte[] {'a', (byte) 0xC3, 'b'});

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("{\"error\":\"body: malformed (expected: UTF-8)\"}");
    }

    @Test
    void aBodyOverAMebibyteIsTooLarge() {
        HttpResponse<String> answer = caller.post("/publish", new byte[Guard.MAX_BODY + 1]);

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("{\"error\":\"body: over 1048576 bytes\"}");
    }

    @Test
    void anEventLargerThanATopicMayRetainIsRefused() {
        HttpResponse<String> answer = caller.post("/publish", "x".repeat(5_000));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":\"");
    }

    @Test
    void aClientThatAsksToSendTooMuchIsRefusedBeforeItDoes() throws Exception {
        try (RawSseClient client = caller.connect()) {
            client.send("POST /publish HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n");

            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(413);
            assertThat(head.header("connection")).isEqualTo("close");
        }
    }

    @Test
    void whatIsNoHttpIsRefused() throws Exception {
        try (RawSseClient client = caller.connect()) {
            client.send("hello\r\n\r\n");

            assertThat(client.readHead().status()).isEqualTo(400);
        }
    }

    @Test
    void aChunkThatIsNoneIsRefused() throws Exception {
        try (RawSseClient client = caller.connect()) {
            client.send("POST /publish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnope\r\n");

            assertThat(client.readHead().status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1025, 3000})
    void whatIsNoNameOfATopicIsRefusedWhoeverNamesIt(int length) {
        String topic = "topic=" + "x".repeat(length);
        HttpResponse<String> follower = caller.get("/events?topic=a&" + topic);
        HttpResponse<String> publisher = caller.post("/publish?" + topic, "data");

        assertThat(publisher.statusCode()).isEqualTo(400);
        assertThat(follower.statusCode()).isEqualTo(400);
        assertThat(Caller.json(follower.body()).get("error").asString())
                .startsWith("topic: " + length + " characters (expected: 1 to 1024)")
                .hasSizeLessThan(150)
                .isEqualTo(Caller.json(publisher.body()).get("error").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/stats", "/nowhere"})
    void nothingIsAtATargetWithAFragment(String path) throws Exception {
        try (RawSseClient client = caller.connect()) {
            assertThat(client.get(path + "?a=b#c").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 500000000", "Transfer-Encoding: chunked"})
    void aBodyThatIsTooLargeIsRefusedWhileItIsSent(String framing) throws Exception {
        try (RawSseClient client = caller.connect()) {
            client.send("POST /publish HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n");
            String most = "x".repeat(Guard.MAX_BODY + 1);
            client.send(framing.startsWith("T") ? "200000\r\n" + most : most);

            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(413);
            assertThat(head.header("connection")).isEqualTo("close");

            client.send("still sending");
            assertThat(new String(client.readToEnd(), StandardCharsets.UTF_8))
                    .startsWith("{\"error\":\"body: over 1048576 bytes\"");
        }
    }
}
