package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are told to come later. Covers {@link ReplyLater}. */
class ResponseRetryLaterTest extends ServerFixture {
    private static final String STREAM = "Accept: text/event-stream";

    private RawSseClient clientToldToComeIn(Duration delay) throws Exception {
        return client(start(
                local().cors(CorsPolicy.builder().origins("https://a.example").build())
                        .endpoint("/events", request -> SseReply.retryLater(delay))));
    }

    private void assertToldSoftly(String... headers) throws Exception {
        RawSseClient client = clientToldToComeIn(Duration.ofSeconds(10));
        RawSseClient.Head head = client.get("/events", headers);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(head.header("Connection")).isEqualTo("close");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.retries()).singleElement().satisfies(retry -> assertThat(retry)
                .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(15)));
    }

    @Test
    void aBrowserIsToldInAStreamThatEndsAtOnce() throws Exception {
        assertToldSoftly(STREAM, "Sec-Fetch-Mode: cors");
        assertToldSoftly(STREAM, "Sec-Fetch-Dest: empty");
        assertToldSoftly("Accept: text/html, Text/Event-Stream", "User-Agent: Mozilla/5.0 (X11)");
    }

    private void assertToldByStatus(String... headers) throws Exception {
        RawSseClient client = clientToldToComeIn(Duration.ofMillis(2001));
        RawSseClient.Head head = client.get("/events", headers);
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isEqualTo("3");
        assertThat(rest(client)).isEqualTo("Service Unavailable\n");
    }

    @Test
    void othersAreToldByStatus() throws Exception {
        assertToldByStatus();
        assertToldByStatus(STREAM);
        assertToldByStatus(STREAM, "User-Agent: curl/8 (not Mozilla/5.0)");
        assertToldByStatus("Accept: */*", "Sec-Fetch-Mode: cors", "User-Agent: Mozilla/5.0");
    }

    @Test
    void aPageThatPostsIsToldByStatus() throws Exception {
        RawSseClient client = client(
                start(local().endpoint("POST", "/answers", request -> SseReply.retryLater(Duration.ofSeconds(3)))));
        client.send("POST /answers HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n" + STREAM
                + "\r\nSec-Fetch-Mode: cors\r\nUser-Agent: Mozilla/5.0\r\n\r\nhi");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isEqualTo("3");
    }

    @Test
    void aPageOfAnotherOriginMayReadIt() throws Exception {
        RawSseClient client = clientToldToComeIn(Duration.ZERO);
        assertThat(client.get("/events", STREAM, "Sec-Fetch-Mode: cors", "Origin: https://a.example")
                        .header("Access-Control-Allow-Origin"))
                .isEqualTo("https://a.example");
    }

    @Test
    void aHeadRequestHasNoBody() throws Exception {
        RawSseClient client = clientToldToComeIn(Duration.ZERO);
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n" + STREAM + "\r\nSec-Fetch-Mode: cors\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(rest(client)).isEmpty();
    }

    @Test
    void theBodyIsOneLine() throws Exception {
        RawSseClient client = clientToldToComeIn(Duration.ofSeconds(1));
        client.get("/events", STREAM, "Sec-Fetch-Mode: cors");
        assertThat(rest(client)).matches("retry: [0-9]+\n");
    }

    @Test
    void noDelayIsSpreadOverASecond() throws Exception {
        RawSseClient client = clientToldToComeIn(Duration.ZERO);
        client.get("/events", STREAM, "Sec-Fetch-Mode: cors");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.retries()).singleElement().satisfies(retry -> assertThat(retry)
                .isBetween(Duration.ZERO, Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.001S", "PT8784H"})
    void aDelayIsADelay(String delay) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseReply.retryLater(Duration.parse(delay)))
                .withMessage("retryLater.delay: " + delay + " (expected: 0 ms to 365 days)");
    }

    @Test
    void aBrowserThatIsOneTooManyComesAgain() throws Exception {
        SseServer server = start(local().limits(Limits.builder().connections(1).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        follower(server);
        RawSseClient client = client(server);
        assertThat(undated(client.get("/events", STREAM, "Sec-Fetch-Mode: cors")))
                .isEqualTo(Map.of(
                        "content-type", "text/event-stream",
                        "cache-control", "no-store, no-transform",
                        "connection", "close",
                        "content-length", "12",
                        "x-content-type-options", "nosniff"));
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.retries()).hasSize(1);
    }
}
