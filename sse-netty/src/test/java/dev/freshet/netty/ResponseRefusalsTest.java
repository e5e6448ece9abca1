package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How what is refused is written. */
class ResponseRefusalsTest extends ServerFixture {
    private static final String HOST = " HTTP/1.1\r\nHost: h\r\n";

    private static final String APP = "https://app.example";
    private static final Duration MOMENT = Duration.ofMillis(500);

    private RawSseClient clientOfJson() throws Exception {
        return client(start(json()));
    }

    private SseServer.Builder json() {
        return local().refusals((status, reason) ->
                        SseReply.json(500, Map.of("error", reason)).header("X-Error", "" + status))
                .limits(Limits.builder().bodyBytes(10).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("POST", "/posts", request -> SseReply.refuse(409, "taken")
                        .header("X-Own", "1"))
                .endpoint("/fails", request -> {
                    throw new IllegalStateException("secret");
                })
                .endpoint(
                        "/text", request -> SseReply.answer(400, "text/plain", "mine".getBytes(StandardCharsets.UTF_8)))
                .endpoint("/later", request -> SseReply.retryLater(Duration.ofSeconds(7))
                        .header("X-Own", "1"))
                .endpoint("*", "/any", request -> SseReply.refuse(403, request.method()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET /nowhere HTTP/1.1\\r\\nHost: h\\r\\n | 404 | {"error":"no endpoint at /nowhere"}
            GET /events HTTP/1.1\\r\\n | 400 | {"error":"host: none (expected: one)"}
            GET /events HTTP/1.1\\r\\nHost: h\\r\\nno header\\r\\n | 400 | {"error":"request: malformed"}
            PUT /posts HTTP/1.1\\r\\nHost: h\\r\\n | 405 | {"error":"method: PUT (expected: POST)"}
            POST /posts HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 0\\r\\n | 409 | {"error":"taken"}
            POST /posts HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 11\\r\\n | 413 | {"error":"body: over 10 bytes"}
            GET /fails HTTP/1.1\\r\\nHost: h\\r\\n | 500 | {"error":"the endpoint failed"}
            """)
    void eachRefusalHasTheApplicationsFormAndItsStatus(String request, int status, String body) throws Exception {
        RawSseClient client = clientOfJson();
        client.send(request.strip().replace("\\r\\n", "\r\n") + "\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(status);
        assertThat(head.header("content-type")).isEqualTo("application/json");
        assertThat(head.header("x-error")).isEqualTo("" + status);
        assertThat(body(client, head)).isEqualTo(body);
    }

    @Test
    void headersThatGoWithARefusalStay() throws Exception {
        RawSseClient client = clientOfJson();
        client.send("POST /posts" + HOST + "Content-Length: 0\r\n\r\n");
        assertThat(client.readHead().header("x-own")).isEqualTo("1");
        client = clientOfJson();
        client.send("PUT /posts" + HOST + "\r\n");
        assertThat(client.readHead().header("allow")).isEqualTo("POST");
        RawSseClient.Head later = clientOfJson().get("/later", "Accept: application/json");
        assertThat(later.status()).isEqualTo(503);
        assertThat(later.header("retry-after")).isEqualTo("7");
        assertThat(later.header("x-own")).isEqualTo("1");
        assertThat(later.header("x-error")).isEqualTo("503");
    }

    @Test
    void whatIsNoRefusalIsLeftAsItIs() throws Exception {
        RawSseClient client = clientOfJson();
        RawSseClient.Head head = client.get("/text");
        assertThat(head.status()).isEqualTo(400);
        assertThat(body(client, head)).isEqualTo("mine");
    }

    @Test
    void whereTheWriterFailsTheReasonIsSentAsText() throws Exception {
        RawSseClient client = client(start(local().refusals((status, reason) -> {
                    throw new IllegalStateException("no mapper");
                })
                .endpoint("/events", request -> SseReply.refuse(403, "no"))));
        RawSseClient.Head head = client.get("/events");
        assertThat(head.status()).isEqualTo(403);
        assertThat(body(client, head)).isEqualTo("no\n");
    }

    @Test
    void whereTheWriterReturnsNothingTheReasonIsSentAsText() throws Exception {
        Map<Integer, HttpAnswer> none = Map.of();
        RawSseClient client = client(start(local().refusals((status, reason) -> none.get(status))));
        RawSseClient.Head head = client.get("/events");
        assertThat(head.status()).isEqualTo(404);
        assertThat(body(client, head)).isEqualTo("no endpoint at /events\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "POST /posts HTTP/1.1\r\nHost: h\r\nOrigin: " + APP + "\r\nContent-Length: 9\r\n\r\n"})
    void aRequestThatTakesTooLongIsRefusedInTheApplicationsFormToo(String head) throws Exception {
        CorsPolicy policy = CorsPolicy.builder().origins(APP).build();
        RawSseClient client = client(start(json().cors(policy)
                .limits(Limits.builder().requestTimeout(MOMENT).build())));
        client.send(head.isEmpty() ? "GET " : head + "abc");
        RawSseClient.Head refused = client.readHead();
        assertThat(refused.status()).isEqualTo(408);
        assertThat(refused.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("x-error", "408")
                .containsEntry("connection", "close")
                .containsEntry("vary", "origin");
        assertThat(refused.header("access-control-allow-origin")).isEqualTo(head.isEmpty() ? null : APP);
        assertThat(body(client, refused)).isEqualTo("{\"error\":\"request: not complete in time\"}");
        assertConnectionEnds(client);
    }

    @Test
    void anErrorOfTheWriterThatLeavesTheProcessInDoubtIsTold() throws Exception {
        SseServer server = start(local().refusals((status, reason) -> {
            throw new OutOfMemoryError("as the test wants");
        }));
        assertThat(client(server).get("/events").status()).isEqualTo(404);
        assertThat(server.health()).isEqualTo(SseHealth.FAILED);
    }

    @ParameterizedTest
    @CsvSource({"GET", "DELETE", "OPTIONS", "PROPFIND"})
    void anEndpointForAnyMethodHasThoseThatNoOtherHas(String method) throws Exception {
        RawSseClient client = clientOfJson();
        client.send(method + " /any" + HOST + "\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(403);
        assertThat(body(client, head)).isEqualTo("{\"error\":\"" + method + "\"}");
    }

    @Test
    void aPolicyAnswersThePreflightOfAnEndpointForAnyMethod() throws Exception {
        RawSseClient client =
                client(start(local().cors(CorsPolicy.builder().anyOrigin().build())
                        .endpoint("*", "/any", request -> SseReply.refuse(403))));
        client.send(
                "OPTIONS /any" + HOST + "Origin: https://a.example\r\nAccess-Control-Request-Method: PATCH\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(204);
        assertThat(head.header("access-control-allow-methods")).isEqualTo("PATCH");
    }
}
