package dev.freshet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the server of chat completions answers of itself, and what its real client, which is in the profile {@code clients}, does not send. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OpenAiCommandTest {
    private static final String POST = "POST " + ChatCompletions.PATH;
    private static final String PROMPT = "\"a river\"";

    private final ThreadPoolExecutor streams = ChatCompletions.streams(1);
    private SseServer server;

    @BeforeEach
    void serve() {
        server = OpenAiCommand.with(
                        SseServer.builder().host("127.0.0.1").port(0), new ChatCompletions(streams, Duration.ZERO))
                .start();
    }

    @AfterEach
    void end() {
        server.close();
        streams.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({
        "GET /nowhere, X: y, 404",
        "GET /v1/chat/completions, X: y, 405",
        "POST /v1/chat/completions, Origin: https://evil.example, 403",
        "POST /v1/chat/completions, Content-Length: 99999999, 413"
    })
    void whatItRefusesIsAnErrorOfOpenAis(String request, String header, int status) throws Exception {
        String line = "GET /nowhere".equals(request) ? "\r\n" : "\r\nAuthorization: Bearer sk-any\r\n";
        try (RawSseClient client =
                RawSseClient.connect("127.0.0.1", server.address().getPort())) {
            client.send(request + " HTTP/1.1\r\nHost: h" + line + header + "\r\n\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(status);
            assertThat(body(client, head).at("/error/message").asString()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER "})
    void theSchemeOfTheKeyIsInAnyCase(String scheme) throws Exception {
        assertThat(ask(scheme, PROMPT)).isEqualTo(String.join("", Storyteller.answer("a river")));
    }

    @Test
    void aPromptMayBeInParts() throws Exception {
        String parts = "[{\"type\": \"text\", \"text\": \"a \"}, {\"type\": \"text\", \"text\": \"river\"}]";
        assertThat(ask("Bearer", parts)).isEqualTo(String.join("", Storyteller.answer("a river")));
    }

    private String ask(String scheme, String content) throws Exception {
        String body = "{\"messages\": [{\"role\": \"user\", \"content\": " + content + "}]}";
        try (RawSseClient client =
                RawSseClient.connect("127.0.0.1", server.address().getPort())) {
            client.send(POST + " HTTP/1.1\r\nHost: h\r\nAuthorization: " + scheme + " sk-any\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            return body(client, client.readHead())
                    .at("/choices/0/message/content")
                    .asString();
        }
    }

    private static JsonNode body(RawSseClient client, RawSseClient.Head head) throws Exception {
        return Caller.json(new String(client.readBytes(Integer.parseInt(head.header("content-length"))), UTF_8));
    }
}
