package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * By which names a server answers, and to pages of which origins.
 * Covers {@link RequestHeadCheck} and {@link RequestHostName}.
 */
class RequestPolicyTest extends ServerFixture {
    private RawSseClient.Head ask(SseServer.Builder builder, String target, String... headers) throws Exception {
        RawSseClient client = client(start(builder.endpoint("/events", request -> SseReply.subscribe(hub, "t"))));
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        client.send(request.append("\r\n").toString());
        return client.readHead();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:1234", "[::1]", "[::1]:80", "example.com:8080", "EXAMPLE.com:8080"})
    void aNameOfTheServerIsAnswered(String host) throws Exception {
        SseServer.Builder named = local().hosts("localhost", "[::1]", "Example.com:8080");
        assertThat(ask(named, "/events", "Host: " + host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "example.com",
                "example.com:80",
                "localhost.evil.example",
                "[::2]",
                ""
            })
    void anotherNameIsMisdirected(String host) throws Exception {
        SseServer.Builder named = local().hosts("localhost", "[::1]", "example.com:8080");
        assertThat(ask(named, "/events", "Host: " + host).status()).isEqualTo(421);
    }

    @Test
    void noNameIsMalformed() throws Exception {
        assertThat(ask(local(), "/events").status()).isEqualTo(400);
        assertThat(ask(local(), "/nothing").status()).isEqualTo(400);
        assertThat(ask(local(), "http://localhost/events").status()).isEqualTo(400);
        assertThat(ask(local().hosts("localhost"), "/events").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a/b",
                "a,b/",
                "a\\b",
                "a?b",
                "a#b",
                "user@x",
                "localhost:80@evil.example",
                "[::1",
                "::1",
                "[::1]x",
                "[]",
                "[::g]",
                "[fe80::1%25eth0]",
                "x:80:80",
                "x:8o",
                "x]",
                "%zz",
                "%4",
                "<x>",
                "\u00e9.example"
            })
    void whatIsNoNameIsMalformed(String host) throws Exception {
        assertThat(ask(local(), "/events", "Host: " + host).status()).isEqualTo(400);
        assertThat(ask(local(), "/nothing", "Host: " + host).status()).isEqualTo(400);
        assertThat(ask(local().hosts("localhost"), "/events", "Host: " + host).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a:",
                "a:80",
                ":80",
                "10.0.0.1:65535",
                "[::1]",
                "[::ffff:10.0.0.1]:8080",
                "[2001:DB8::1]:",
                "[v1.x:y]",
                "a_b-c.~example",
                "%C3%A9.example",
                "!$&'()*+,;="
            })
    void whatMayBeANameIsNot(String host) throws Exception {
        assertThat(ask(local(), "/events", "Host: " + host).status()).isEqualTo(200);
    }

    @Test
    void anEmptyNameIsOne() throws Exception {
        assertThat(ask(local(), "/events", "Host:").status()).isEqualTo(200);
    }

    @Test
    void http10NeedsNoName() throws Exception {
        RawSseClient client = client(serve());
        client.send("GET /events HTTP/1.0\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
    }

    @Test
    void noNameIsMisdirectedWhereTheServerHasSome() throws Exception {
        RawSseClient client =
                client(start(local().hosts("localhost").endpoint("/events", request -> SseReply.subscribe(hub, "t"))));
        client.send("GET /events HTTP/1.0\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(421);
    }

    @Test
    void theNameInAnAbsoluteTargetCounts() throws Exception {
        assertThat(ask(local().hosts("localhost"), "http://evil.example/events", "Host: localhost")
                        .status())
                .isEqualTo(421);
        assertThat(ask(local().hosts("localhost"), "http://localhost/events", "Host: evil.example")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void twoNamesAreMalformed() throws Exception {
        assertThat(ask(local(), "/events", "Host: a", "Host: a").status()).isEqualTo(400);
        assertThat(ask(local(), "/nothing", "Host: a", "Host: a").status()).isEqualTo(400);
    }

    @Test
    void withoutTheOptionAnyNameIsAnswered() throws Exception {
        assertThat(ask(local(), "/events", "Host: evil.example").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example, 200",
        "HTTPS://APP.example, 200",
        "http://h:80, 200",
        "https://h:80, 200",
        "https://cors.example, 200",
        "https://evil.example, 403",
        "http://h, 200",
        "https://h, 403",
        "null, 403",
        "'', 403"
    })
    void onlyKnownOriginsMayAsk(String origin, int status) throws Exception {
        SseServer.Builder known = local().origins("https://app.example")
                .cors(CorsPolicy.builder().origins("https://cors.example").build());
        assertThat(ask(known, "/events", "Host: h:80", "Origin: " + origin).status())
                .isEqualTo(status);
    }

    @Test
    void twoOriginsMayNotAsk() throws Exception {
        SseServer.Builder known = local().origins("https://a.example");
        assertThat(ask(known, "/events", "Host: h", "Origin: https://a.example", "Origin: https://a.example")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aRequestWithoutOriginMayAsk() throws Exception {
        RawSseClient.Head head = ask(local().origins(), "/events", "Host: h");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Vary")).isEqualTo("origin");
    }

    @Test
    void whatIsNoOriginIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local().origins("app.example"))
                .withMessageStartingWith("origins: \"app.example\" (expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost", "localhost/", "a b", "", "::1", "localhost:", "*.example.com"})
    void whatIsNoNameIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local().hosts("localhost", name))
                .withMessageStartingWith("hosts: \"" + name + "\" (expected: ");
    }

    @Test
    void aServerIsAskedByOneNameAtLeast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local().hosts())
                .withMessage("hosts: none (expected: at least one)");
    }
}
