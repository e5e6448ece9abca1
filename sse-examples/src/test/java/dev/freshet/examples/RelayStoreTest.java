package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay with {@code --store}, as processes of their own. */
class RelayStoreTest {
    @SuppressWarnings("NullAway.Init")
    private Process process;

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    /** Killed, it has no time to say anything to anybody. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRelayWithAStoreGoesOnAfterARestartAndResetsNobody(boolean killed, @TempDir Path folder) throws Exception {
        String last = null;
        for (int round = 0; round < 3; round++) {
            process = ProcessTest.start("relay", "--port", "0", "--store", folder.toString());
            URI ready = URI.create(ProcessTest.ready(process, "http://127.0.0.1:"));
            try (RawSseClient client = RawSseClient.connect(ready.getHost(), ready.getPort())) {
                RawSseClient.Head head = last == null
                        ? client.without("stream-open").get("/events")
                        : client.without("stream-open").get("/events", "Last-Event-ID: " + last);
                assertThat(head.header("sse-resume")).isEqualTo(last == null ? "fresh" : "resumed");
                if (last != null) {
                    assertThat(client.readEvent().data())
                            .as("published after it was last seen")
                            .isEqualTo("2 of " + (round - 1));
                }
                post(ready, "1 of " + round);
                last = client.readEvent().lastEventId();
                post(ready, "2 of " + round);
                if (killed) {
                    process.destroyForcibly();
                } else {
                    process.toHandle().destroy();
                }
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static void post(URI ready, String data) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(ready.resolve("/publish"))
                                .POST(BodyPublishers.ofString(data))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void aFolderThatAnotherRelayHasOpenEndsTheProcessWithOneLine(@TempDir Path folder) throws Exception {
        process = ProcessTest.start("relay", "--port", "0", "--store", folder.toString());
        ProcessTest.ready(process, "http://127.0.0.1:");
        Process other = ProcessTest.start("relay", "--port", "0", "--store", folder.toString());
        try {
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(other.exitValue()).isEqualTo(2);
            assertThat(ProcessTest.text(other.getErrorStream()).lines())
                    .singleElement()
                    .asString()
                    .startsWith("sse-examples: store: " + folder + " is open already");
        } finally {
            other.destroyForcibly();
        }
    }
}
