package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the relay's {@code --cors} tells browsers and shared caches. */
class RelayCorsTest {

    private static final String REQUEST = "GET /stats HTTP/1.1\r\nHost: h\r\n";

    private Relay relay;

    private RawSseClient start(String... options) throws Exception {
        relay = Relay.start(
                SseHub.builder(),
                SseServer.builder().host("127.0.0.1").port(0),
                CommandLine.populateCommand(new Guard(), options));
        return new Caller(relay.server()).connect();
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/events, 200",
        "/events?topic=, 400",
        "/events?%, 400",
        "/stats, 200",
        "/nope, 404",
        "/stats#a, 404",
        "/publish, 405",
    })
    void eachAnswerDependsOnTheOriginAndPagesOfTheOriginsReadIt(String target, int status) throws Exception {
        for (String origin : new String[] {"https://a.example", "https://b.example", "https://c.example", null}) {
            try (RawSseClient client = start("--cors", "https://a.example", "--cors", "https://B.example")) {
                RawSseClient.Head head = client.get(target, origin == null ? "X: y" : "Origin: " + origin);
                assertThat(head.status()).isEqualTo(status);
                assertThat(head.header("vary")).isEqualToIgnoringCase("origin");
                boolean allowed = origin != null && !origin.equals("https://c.example");
                assertThat(head.header("access-control-allow-origin")).isEqualTo(allowed ? origin : null);
            } finally {
                relay.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /stats HTTP/1.1\\r\\nOrigin: https://a.example\\r\\n | 400
            GET /stats HTTP/1.1\\r\\nHost: h\\r\\nOrigin: https://a.example\\r\\nno header\\r\\n | 400
            POST /publish HTTP/1.1\\r\\nHost: h\\r\\nOrigin: https://a.example\\r\\nContent-Length: 5000000\\r\\n | 413
            """)
    void whatIsRefusedBeforeItIsReadIsReadByPagesToo(String request, int status) throws Exception {
        try (RawSseClient client = start("--cors", "https://a.example")) {
            client.send(request.strip().replace("\\r\\n", "\r\n") + "\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.header("vary")).isEqualToIgnoringCase("origin");
            assertThat(head.header("access-control-allow-origin")).isEqualTo("https://a.example");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET /, ?HTTP/1.1, 414", "GET /stats HTTP/1.1, X: , 431"})
    void whatIsTooLongDependsOnTheOriginToo(String begin, String before, int status) throws Exception {
        try (RawSseClient client = start("--cors", "https://a.example")) {
            String longPart = "x".repeat(100_000);
            client.send(begin + (status == 414 ? longPart + " HTTP/1.1" : "\r\nHost: h\r\n" + before + longPart)
                    + "\r\n\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.header("vary")).isEqualToIgnoringCase("origin");
        }
    }

    @Test
    void pipelinedAnswersGoEachToItsOwnOrigin() throws Exception {
        try (RawSseClient client = start("--cors", "https://a.example", "--cors", "https://b.example")) {
            client.send(REQUEST + "Origin: https://a.example\r\n\r\n" + REQUEST + "\r\n" + REQUEST
                    + "Origin: https://b.example\r\n\r\n");
            for (String origin : new String[] {"https://a.example", null, "https://b.example"}) {
                RawSseClient.Head head = client.readHead();
                assertThat(head.header("access-control-allow-origin")).isEqualTo(origin);
                client.readBytes(Integer.parseInt(String.valueOf(head.header("content-length"))));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/events, GET", "/publish, POST", "/disconnect, POST", "/stats, GET"})
    void aPreflightNeedsNoTokenAndAllowsWhatTheRelayReads(String target, String method) throws Exception {
        try (RawSseClient client = start("--cors", "https://a.example", "--token", "secret")) {
            client.send("OPTIONS " + target + " HTTP/1.1\r\nHost: h\r\nOrigin: https://a.example\r\n"
                    + "Access-Control-Request-Method: " + method + "\r\n"
                    + "Access-Control-Request-Headers: authorization, last-event-id\r\n\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(204);
            assertThat(head.header("access-control-allow-origin")).isEqualTo("https://a.example");
            assertThat(head.header("access-control-allow-methods")).contains(method);
            assertThat(head.header("access-control-allow-headers"))
                    .isEqualTo("Last-Event-ID, Authorization, Content-Type");
            assertThat(head.header("access-control-max-age")).isEqualTo("3600");
            assertThat(head.header("vary")).isEqualToIgnoringCase("origin");
            assertThat(head.headers()).doesNotContainKey("content-length");
            assertThat(String.valueOf(head.header("date"))).doesNotContain("\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/stats", "/nope"})
    void whereAnyOriginMayAskAllGetTheSameAnswer(String target) throws Exception {
        try (RawSseClient client = start("--cors", "*")) {
            RawSseClient.Head head = client.get(target, "Origin: https://a.example");
            assertThat(head.header("access-control-allow-origin")).isEqualTo("*");
            assertThat(head.header("vary")).isNull();
        }
    }
}
