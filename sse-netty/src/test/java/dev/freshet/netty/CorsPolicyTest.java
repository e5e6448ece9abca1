package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other origins are told. */
class CorsPolicyTest extends ServerFixture {
    private static final String APP = "https://app.example";
    private static final CorsPolicy NAMED =
            CorsPolicy.builder().origins(APP, "null").build();
    private static final CorsPolicy WITH_CREDENTIALS =
            CorsPolicy.builder().origins(APP).credentials().build();
    private static final CorsPolicy ANY = CorsPolicy.builder().anyOrigin().build();

    private RawSseClient clientOf(CorsPolicy policy) throws Exception {
        return client(start(local().cors(policy)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("POST", "/events", request -> SseReply.refuse(403))
                .endpoint("/no", request -> SseReply.refuse(403))));
    }

    private RawSseClient.Head ask(CorsPolicy policy, String... headers) throws Exception {
        return clientOf(policy).get("/events", headers);
    }

    private RawSseClient.Head preflight(CorsPolicy policy, String origin) throws Exception {
        RawSseClient client = clientOf(policy);
        client.send("OPTIONS /events HTTP/1.1\r\nHost: h\r\nOrigin: " + origin
                + "\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: last-event-id\r\n\r\n");
        return client.readHead();
    }

    private static boolean allows(CorsPolicy.Builder builder, String origin) {
        return builder.build().allows(origin);
    }

    @Test
    void anAllowedOriginMayReadTheStreamAndItsOutcome() throws Exception {
        RawSseClient.Head head = ask(NAMED, "Origin: " + APP);
        assertThat(head.headers())
                .containsEntry("access-control-allow-origin", APP)
                .containsEntry("access-control-expose-headers", "SSE-Resume")
                .containsEntry("vary", "origin")
                .containsEntry("sse-resume", "fresh")
                .doesNotContainKey("access-control-allow-credentials");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example",
                "http://app.example",
                "https://app.example:8443",
                "https://app.example.evil"
            })
    void anotherOriginIsNotAllowedToRead(String origin) throws Exception {
        RawSseClient.Head head = ask(NAMED, "Origin: " + origin);
        assertThat(head.headers())
                .doesNotContainKey("access-control-allow-origin")
                .containsEntry("vary", "origin");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /nowhere HTTP/1.1\\r\\nHost: h\\r\\n | 404
            GET /events#a HTTP/1.1\\r\\nHost: h\\r\\n | 404
            GET /events HTTP/1.1\\r\\n | 400
            GET /events HTTP/1.1\\r\\nHost: a b\\r\\n | 400
            GET /events HTTP/1.1\\r\\nHost: h\\r\\nno header\\r\\n | 400
            GET /events?% HTTP/1.1\\r\\nHost: h\\r\\n | 400
            POST /events HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 5000000\\r\\n | 413
            PUT /events HTTP/1.1\\r\\nHost: h\\r\\n | 405
            GET /events HTTP/2.7\\r\\nHost: h\\r\\n | 505
            """)
    void pagesReadAlsoWhatNoEndpointAnswers(String request, int status) throws Exception {
        for (String origin : new String[] {APP, "https://other.example"}) {
            RawSseClient client = clientOf(NAMED);
            client.send(request.strip().replace("\\r\\n", "\r\n").replaceFirst("\r\n", "\r\nOrigin: " + origin + "\r\n")
                    + "\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.headers()).containsEntry("vary", "origin");
            assertThat(head.header("access-control-allow-origin")).isEqualTo(origin.equals(APP) ? APP : null);
            assertThat(head.header("access-control-expose-headers"))
                    .isEqualTo(origin.equals(APP) ? "SSE-Resume" : null);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET /, ?HTTP/1.1, 414", "GET /events HTTP/1.1, X: , 431"})
    void whatIsTooLongIsOneAnswerForAllOrVaries(String begin, String before, int status) throws Exception {
        for (CorsPolicy policy : new CorsPolicy[] {NAMED, ANY}) {
            RawSseClient client = clientOf(policy);
            String longPart = "x".repeat(100_000);
            client.send(begin + (status == 414 ? longPart + " HTTP/1.1" : "\r\nHost: h\r\n" + before + longPart)
                    + "\r\n\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.header("vary")).isEqualTo(policy == ANY ? null : "origin");
            assertThat(head.header("access-control-allow-origin")).isEqualTo(policy == ANY ? "*" : null);
        }
    }

    @Test
    void anAnswerWithoutOriginVariesToo() throws Exception {
        assertThat(ask(NAMED).headers())
                .containsEntry("vary", "origin")
                .doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void anyOriginIsOneAnswerForAll() throws Exception {
        assertThat(ask(ANY, "Origin: https://a.example").headers())
                .containsEntry("access-control-allow-origin", "*")
                .doesNotContainKeys("vary", "access-control-allow-credentials");
    }

    @Test
    void credentialsAreForOriginsThatAreNamed() throws Exception {
        assertThat(ask(WITH_CREDENTIALS, "Origin: " + APP).headers())
                .containsEntry("access-control-allow-origin", APP)
                .containsEntry("access-control-allow-credentials", "true")
                .containsEntry("vary", "origin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorsPolicy.builder().anyOrigin().credentials().build())
                .withMessage("cors.credentials: with any origin (expected: with origins that are named)");
    }

    @Test
    void aRefusalMayBeReadToo() throws Exception {
        RawSseClient.Head head = clientOf(NAMED).get("/no", "Origin: " + APP);
        assertThat(head.status()).isEqualTo(403);
        assertThat(head.headers()).containsEntry("access-control-allow-origin", APP);
    }

    @Test
    void aPreflightIsToldWhatMayBeSent() throws Exception {
        RawSseClient.Head head = preflight(WITH_CREDENTIALS, APP);
        assertThat(head.status()).isEqualTo(204);
        assertThat(undated(head))
                .isEqualTo(Map.of(
                        "allow", "GET, HEAD, POST, OPTIONS",
                        "access-control-allow-origin", APP,
                        "access-control-allow-credentials", "true",
                        "access-control-allow-methods", "GET, HEAD, POST",
                        "access-control-allow-headers", "Last-Event-ID, Authorization, Content-Type",
                        "access-control-max-age", "3600",
                        "vary", "origin",
                        "cache-control", "no-store"));
    }

    @Test
    void aPreflightOfAnotherOriginIsToldNothing() throws Exception {
        assertThat(undated(preflight(NAMED, "https://other.example")))
                .isEqualTo(Map.of("allow", "GET, HEAD, POST, OPTIONS", "vary", "origin", "cache-control", "no-store"));
    }

    @Test
    void thePolicyNamesMoreHeadersAndHowLongTheyAreRemembered() throws Exception {
        CorsPolicy policy = CorsPolicy.builder()
                .anyOrigin()
                .requestHeaders("X-Tenant")
                .exposedHeaders("X-Node")
                .maxAge(Duration.ofMinutes(2))
                .build();
        assertThat(preflight(policy, APP).headers())
                .containsEntry("access-control-allow-headers", "Last-Event-ID, Authorization, Content-Type, X-Tenant")
                .containsEntry("access-control-max-age", "120");
        assertThat(ask(policy, "Origin: " + APP).headers())
                .containsEntry("access-control-expose-headers", "SSE-Resume, X-Node");
    }

    @Test
    void optionsWithoutOriginTellsTheMethods() throws Exception {
        RawSseClient client = clientOf(NAMED);
        client.send("OPTIONS /events HTTP/1.1\r\nHost: h\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(204);
        assertThat(head.header("Allow")).isEqualTo("GET, HEAD, POST, OPTIONS");
        assertThat(client.get("/events").status()).isEqualTo(200);
    }

    @Test
    void subdomainsAreThoseBelowWithTheSameSchemeAndPort() {
        CorsPolicy.Builder policy = CorsPolicy.builder().subdomainsOf("https://Example.com");
        assertThat(allows(policy, "https://a.b.example.com")).isTrue();
        assertThat(allows(policy, "https://example.com")).isFalse();
        assertThat(allows(policy, "http://a.example.com")).isFalse();
        assertThat(allows(policy, "https://a.example.com:8443")).isFalse();
        assertThat(allows(policy, "https://evilexample.com")).isFalse();
        assertThat(allows(policy, "https://evil.net#.example.com")).isFalse();
        assertThat(allows(policy, "https://evil.net/.example.com")).isFalse();
    }

    @Test
    void aPredicateDecidesAndOneThatThrowsAllowsNothing() {
        assertThat(allows(CorsPolicy.builder().originsMatching(o -> o.endsWith("x")), "https://x"))
                .isTrue();
        assertThat(allows(CorsPolicy.builder().originsMatching(o -> o.endsWith("x")), "https://y"))
                .isFalse();
        CorsPolicy.Builder failing = CorsPolicy.builder().originsMatching(o -> {
            throw new IllegalStateException("as the test wants");
        });
        assertThat(allows(failing, "https://x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "app.example", "https://", "https://app.example/", "https://a.example\r\nX: y"})
    void whatIsNoOriginIsRefused(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorsPolicy.builder().origins(origin))
                .withMessage("cors.origins: \"" + origin
                        + "\" (expected: an origin such as https://app.example or http://localhost:3000)");
    }

    @Test
    void aPolicyThatAllowsNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorsPolicy.builder().build())
                .withMessage("cors.origins: none (expected: at least one)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X Y", "X\r\nY", "X:"})
    void whatIsNoHeaderIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorsPolicy.builder().exposedHeaders(name))
                .withMessage("cors.exposedHeaders: \"" + name + "\" (expected: a header's name)");
    }
}
