package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each attack has a clear refusal or a clean end, and the server serves on. */
class RequestAbuseTest extends ServerFixture {
    private final Recorder recorder = new Recorder();
    private SseServer server;

    @BeforeEach
    void start() {
        server = start(local().listener(recorder)
                .limits(Limits.builder().bodyBytes(1000).build())
                .cors(CorsPolicy.builder().originsMatching(origin -> true).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint(
                        "/echo/{x}",
                        request -> SseReply.refuse(
                                400, request.pathParameter("x") + "|" + request.query("q") + "|" + request.header("X")))
                .endpoint("POST", "/post", request -> SseReply.refuse(403, "posted")));
    }

    @AfterEach
    void servesOn() throws Exception {
        RawSseClient after = follower(server);
        publish("still here");
        assertThat(after.readEvent().data()).isEqualTo("still here");
    }

    private RawSseClient sending(String request) throws IOException {
        return sending(server, request);
    }

    private static String stream(String headers) {
        return "GET /events HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    }

    /** The one answer, and nothing after it. */
    private static void assertRefused(RawSseClient client, Integer... statuses) throws IOException {
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isIn((Object[]) statuses);
        assertThat(head.header("Connection")).isEqualTo("close");
        assertThat(rest(client)).doesNotContain("HTTP/1.");
    }

    @Test
    void aHeaderOfAMegabyteIsTooLarge() throws Exception {
        assertRefused(sending(stream("X: " + "x".repeat(1 << 20) + "\r\n")), 431);
    }

    @Test
    void aMegabyteOfHeadersIsTooLarge() throws Exception {
        assertRefused(sending(stream("X: 0123456789\r\n".repeat(70_000))), 431);
    }

    @Test
    void aRequestLineOfAMegabyteIsTooLong() throws Exception {
        assertRefused(sending("GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\n\r\n"), 414);
    }

    @Test
    void aHundredThousandParametersAreTooMany() throws Exception {
        assertRefused(sending("GET /events?" + "a=b&".repeat(100_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"), 414);
    }

    @Test
    void manyParametersInAShortQueryAreAllRead() throws Exception {
        String target = "/events?" + "a&".repeat(2_000) + "lastEventId=earliest";
        assertThat(client(server).get(target).header("SSE-Resume")).isEqualTo("resumed");
    }

    @Tag("netty-4.2")
    @Test
    void aRequestThatTricklesIsTimedOut() throws Exception {
        EmbeddedChannel client = Pipelines.served(SseHandler.builder());
        for (char c : "GET /ev".toCharArray()) {
            Pipelines.send(client, String.valueOf(c));
            Pipelines.after(client, Duration.ofSeconds(4));
        }
        assertThat(Pipelines.sent(client)).isEmpty();
        Pipelines.after(client, Duration.ofSeconds(2));
        assertThat(Pipelines.sent(client)).startsWith("HTTP/1.1 408 ");
        assertThat(client.isOpen()).isFalse();
        assertThat(client.finish()).isFalse();
    }

    @Test
    void bytesAfterTheRequestAreDropped() throws Exception {
        RawSseClient client = sending(stream("") + "\0\1\2 GET / HTTP/1.1\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
    }

    @Test
    void aLastEventIdOf64KilobytesIsTooLarge() throws Exception {
        assertRefused(sending(stream("Last-Event-ID: " + "1".repeat(64 << 10) + "\r\n")), 431);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "99999999999999-0",
                "9223372036854775807-9223372036854775807",
                "99999999999999999999999999-0",
                "-1--1",
                "1-",
                "<script>alert(1)</script>",
                "\"}\u0080\u00FF",
                "1-1\tdata: x"
            })
    void aLastEventIdThatIsNoneIsReset(String id) throws Exception {
        RawSseClient client = sending(stream("Last-Event-ID: " + id + "\r\n"));
        assertThat(client.readHead().header("SSE-Resume")).isEqualTo("reset");
        assertThat(client.readEvent().type()).isEqualTo("stream-reset");
        assertThat(client.lastEventId()).isEqualTo(hub.latest().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%0D%0Adata:%20x%0D%0A%0D%0A", "%0Aid:%209-9", "%00", "1-1%0D", "%E2%80%A8x"})
    void controlCharactersInTheQuerysLastEventIdStayInTheReset(String id) throws Exception {
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get("/events?lastEventId=" + id);
        assertThat(head.header("SSE-Resume")).isEqualTo("reset");
        assertThat(client.readEvent().type()).isEqualTo("stream-reset");
        publish("next");
        assertThat(client.readEvent().data()).isEqualTo("next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "1\0", "\u007F", "\u0001"})
    void controlCharactersInTheHeadersLastEventIdDoNoHarm(String id) throws Exception {
        RawSseClient client = sending(stream("Last-Event-ID: " + id + "\r\n"));
        assertThat(client.readHead().status()).isIn(200, 400);
    }

    @Test
    void aChunkedBodyOverTheLimitIsTooLarge() throws Exception {
        String chunk = "64\r\n" + "x".repeat(100) + "\r\n";
        assertRefused(
                sending("POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(20_000)),
                413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "Connection: close\r\nContent-Length: 9000000"})
    void anUploadToNowhereIsToldSo(String headers) throws Exception {
        RawSseClient client = sending("POST /nowhere HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n\r\n");
        for (int i = 0; i < 80; i++) {
            client.send("10000\r\n" + "x".repeat(1 << 16) + "\r\n");
        }
        assertRefused(client, 404);
    }

    @Test
    void aChunkThatClaimsToBeHugeDoesNoHarm() throws Exception {
        RawSseClient client =
                sending("POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n");
        assertThat(client.readHead().status()).isIn(400, 413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5, 6\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length : 5\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "X: y\r\n Transfer-Encoding: chunked\r\nTransfer-Encoding : chunked\r\n"
            })
    void aRequestThatTwoReadersCouldReadDifferentlyIsMalformed(String headers) throws Exception {
        assertRefused(sending("POST /post HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n0\r\n\r\n" + stream("")), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "identity, chunked"})
    void aTransferCodingThatIsNotKnownIsToldSo(String codings) throws Exception {
        String head = "POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + codings + "\r\n\r\n";
        assertRefused(sending(head), 501);
        assertRefused(sending(head + "0\r\n\r\n" + stream("")), 501);
    }

    /** Netty 4.1 and 4.2 differ in which of the two it is. */
    @ParameterizedTest
    @ValueSource(strings = {"identity\r\nTransfer-Encoding: chunked", "xchunked"})
    void aTransferCodingThatIsNotKnownOrMalformedIsRefused(String codings) throws Exception {
        String head = "POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + codings + "\r\n\r\n";
        assertRefused(sending(head + "0\r\n\r\n" + stream("")), 400, 501);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", " chunked "})
    void chunksAreKnown(String coding) throws Exception {
        RawSseClient client =
                sending("POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:" + coding + "\r\n\r\n0\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /post", "GET /events"})
    void aBodyThatIsAnnouncedOverTheLimitIsTooLargeAtOnce(String target) throws Exception {
        assertRefused(sending(target + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n"), 413);
    }

    @Test
    void chunksOverHttp10AreMalformed() throws Exception {
        assertRefused(sending("POST /post HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + stream("")), 400);
    }

    @Test
    void lineBreaksInWhatIsEchoedMakeNoHeader() throws Exception {
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get("/echo/a%0D%0AX-Evil:%201?q=b%0D%0A%0D%0Ac", "X: d");
        assertThat(head.status()).isEqualTo(400);
        assertThat(head.header("X-Evil")).isNull();
        assertThat(body(client, head)).isEqualTo("a\r\nX-Evil: 1|b\r\n\r\nc|d\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://a\rX-Evil: 1", "Origin: https://a\r\n X-Evil: 1", "Accept: a\rX-Evil: 1"})
    void lineBreaksInHeadersThatAreEchoedMakeNoHeader(String header) throws Exception {
        RawSseClient client = sending(stream(header + "\r\n"));
        assertThat(client.readHead().header("X-Evil")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere/%0D%0AX-Evil:1", "/no\rX-Evil:1", "/nowhere?%0d%0a%0d%0aHTTP/1.1%20200"})
    void lineBreaksInATargetMakeNoHeader(String target) throws Exception {
        RawSseClient client = sending("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isIn(400, 404);
        assertThat(head.header("X-Evil")).isNull();
    }

    @Test
    void aMethodThatIsNoneIsMalformedOrNotAllowed() throws Exception {
        RawSseClient client = sending("G\u00C4T\0 /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isIn(400, 405);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/9.9, 505",
        "HTTP/2.0, 505",
        "HTTP/3.0, 505",
        "HTTP/0.9, 505",
        "http/1.1, 400",
        "Http/1.0, 400",
        "HTTP/1, 400",
        "HTTP/1.10, 400",
        "HTTP/x, 400",
        "FTP/1.1, 400"
    })
    void aVersionThatIsNotSpokenIsToldSo(String version, int status) throws Exception {
        assertRefused(sending("GET /events " + version + "\r\nHost: h\r\n\r\n"), status);
        assertRefused(sending("GET /nowhere " + version + "\r\nHost: h\r\n\r\n"), status);
    }

    @Test
    void aLaterMinorVersionIsServedAsTheOneThatIsKnown() throws Exception {
        RawSseClient client = sending("GET /events HTTP/1.2\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().statusLine()).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void aClientThatSendsWithoutEndIsCut() throws Exception {
        RawSseClient client = follower(server);
        try {
            for (int i = 0; i < 10_000; i++) {
                client.send("x".repeat(1 << 10));
            }
            client.readToEnd();
        } catch (SocketTimeoutException e) {
            throw e; // never cut
        } catch (IOException e) {
            // cut while it sent
        }
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.ERROR);
    }
}
