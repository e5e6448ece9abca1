package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** The example of OpenAI's chat completions, asked by OpenAI's own client for node. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ChatCompletionsTest {
    private static final String KEY = "sk-any";
    private static final String PROMPT = "a river";
    private static final Duration AT_ONCE = Duration.ZERO;
    /** So long that the second token comes in no test. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final ThreadPoolExecutor streams = ChatCompletions.streams(1);
    private SseServer server;

    private void serve(Duration pace) {
        SseServer.Builder builder = SseServer.builder().host("127.0.0.1").port(0);
        server = OpenAiCommand.with(builder, new ChatCompletions(streams, pace)).start();
    }

    @AfterEach
    void end() {
        server.close();
        streams.shutdownNow();
    }

    @Test
    void aStreamIsEachTokenInOrder() throws Exception {
        serve(AT_ONCE);
        try (NodeScript client = ask(server.address().getPort(), KEY, PROMPT, "stream")) {
            List<String> lines = client.lines();
            assertThat(lines.subList(0, lines.size() - 1))
                    .isEqualTo(Storyteller.answer(PROMPT).stream()
                            .map(token -> told("token", token))
                            .toList());
            assertThat(lines).last().isEqualTo(told("end", "stop"));
        }
    }

    @Test
    void withoutStreamTheAnswerIsWhole() throws Exception {
        serve(NEVER);
        try (NodeScript client = ask(server.address().getPort(), KEY, PROMPT, "whole")) {
            assertThat(client.lines()).containsExactly(told("whole", String.join("", Storyteller.answer(PROMPT))));
        }
    }

    @Test
    void anUnknownKeyIsAnAuthenticationError() throws Exception {
        serve(AT_ONCE);
        try (NodeScript client = ask(server.address().getPort(), "unknown", PROMPT, "stream")) {
            assertThat(client.lines())
                    .containsExactly(told("error", "AuthenticationError", 401, null, "invalid_api_key"));
        }
    }

    @Test
    void aRefusalOfTheLibraryIsAnErrorOfTheClientToo() throws Exception {
        serve(AT_ONCE);
        try (NodeScript client = ask(server.address().getPort(), KEY, "x".repeat(100_000), "stream")) {
            assertThat(client.lines())
                    .singleElement()
                    .asString()
                    .startsWith("error")
                    .contains("\t413\t");
        }
    }

    @Test
    void aRequestWithoutAPromptIsABadRequestError() throws Exception {
        serve(AT_ONCE);
        try (NodeScript client = ask(server.address().getPort(), KEY, "", "stream")) {
            assertThat(client.lines())
                    .singleElement()
                    .asString()
                    .startsWith("error\t\"BadRequestError\"\t400\tnull\t")
                    .contains("messages: no text in the last");
        }
    }

    @Test
    void aStreamTooManyIsARateLimitErrorThatSaysWhenToComeBack() throws Exception {
        serve(NEVER);
        try (NodeScript first = ask(server.address().getPort(), KEY, PROMPT, "stream")) {
            assertThat(first.line()).startsWith("token\t");
            try (NodeScript second = ask(server.address().getPort(), KEY, PROMPT, "stream")) {
                assertThat(second.lines())
                        .containsExactly(told("error", "RateLimitError", 429, "1", "rate_limit_exceeded"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsCutIsAnErrorInTheClientAndCancelled(Cut how) throws Exception {
        serve(NEVER);
        try (CuttingProxy proxy = CuttingProxy.before(server.address().getPort());
                NodeScript client = ask(proxy.port(), KEY, PROMPT, "stream")) {
            assertThat(client.line()).startsWith("token\t");
            proxy.cutNow(how);
            assertThat(client.lines()).singleElement().asString().startsWith("error\t");
            assertCancelled();
        }
    }

    @Test
    void aGenerationThatFailsIsAnErrorInTheClient() throws Exception {
        serve(NEVER);
        try (NodeScript client = ask(server.address().getPort(), KEY, PROMPT, "stream")) {
            assertThat(client.line()).startsWith("token\t");
            streams.shutdownNow(); // which interrupts it
            assertThat(client.lines()).containsExactly(told("error", "APIError", null, null, "the stream failed"));
        }
    }

    @Test
    void anAbortInTheClientCancelsTheGeneration() throws Exception {
        serve(NEVER);
        try (NodeScript client = ask(server.address().getPort(), KEY, PROMPT, "stream")) {
            assertThat(client.line()).startsWith("token\t");
            client.leave();
            assertThat(client.lines()).singleElement().asString().startsWith("aborted");
            assertCancelled();
        }
    }

    /** Its thread would wait for the next token for an hour. */
    private void assertCancelled() throws InterruptedException {
        streams.shutdown();
        assertThat(streams.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private static NodeScript ask(int port, String key, String prompt, String how) throws IOException {
        return NodeScript.start("completions.mjs", "http://127.0.0.1:" + port + "/v1", key, prompt, how);
    }

    private static String told(String kind, @Nullable Object... values) {
        StringBuilder line = new StringBuilder(kind);
        for (@Nullable Object value : values) {
            line.append('\t').append(new JsonMapper().writeValueAsString(value));
        }
        return line.toString();
    }
}
