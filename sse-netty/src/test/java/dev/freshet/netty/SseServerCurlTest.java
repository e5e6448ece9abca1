package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventDecoder;
import dev.freshet.harness.Installed;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** curl, in every version of HTTP that it can speak with the server. */
class SseServerCurlTest extends ServerFixture {
    @TempDir
    private Path folder;

    private Process curl;

    @AfterEach
    void end() {
        if (curl != null) {
            curl.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http,  --http1.0,               1.1",
        "http,  --http1.1,               1.1",
        "http,  --http2,                 1.1",
        "http,  --http2-prior-knowledge, 2",
        "https, --http1.0,               1.1",
        "https, --http1.1,               1.1",
        "https, --http2,                 2",
    })
    void eventsArriveAtOnceAndTheEndIsClean(String scheme, String option, String version) throws Exception {
        SseServer.Builder builder = local().endpoint("/events", request -> SseReply.subscribe(hub, "t"));
        SseServer server = start(scheme.equals("https") ? builder.tls(Tls.server()) : builder);
        publish("before");
        curl = new ProcessBuilder(
                        Installed.path("curl"),
                        "--silent",
                        "--show-error",
                        "--no-buffer",
                        option,
                        "--cacert",
                        Tls.pemIn(folder).toString(),
                        "--header",
                        "Last-Event-ID: earliest",
                        "--write-out",
                        "version %{http_version}",
                        scheme + "://localhost:" + server.address().getPort() + "/events")
                .start();
        List<String> events = new ArrayList<>();
        EventDecoder decoder =
                new EventDecoder((type, data, id) -> events.add(type.equals("stream-open") ? type : data));
        InputStream out = curl.getInputStream();
        readUntil(2, out, decoder, events);
        for (int i = 1; i <= 10; i++) { // each only when the one before has arrived
            publish("event " + i);
            readUntil(i + 2, out, decoder, events);
        }
        assertThat(events).startsWith("stream-open", "before", "event 1").endsWith("event 10");
        server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS));
        assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).endsWith("version " + version);
        assertThat(curl.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(new String(curl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(curl.exitValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    void theHeadOfWhatTheApplicationAnswersHasNoBody(String option) throws Exception {
        SseServer server = start(local().requests(pipeline -> pipeline.addLast(Pipelines.Behind.answeringAtOnce())));
        String url = "http://localhost:" + server.address().getPort() + "/stats";
        curl = new ProcessBuilder(Installed.path("curl"), "--silent", "--show-error", "--head", option, url).start();
        assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith("content-length: 9\r\n\r\n");
        assertThat(new String(curl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(curl.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(curl.exitValue()).isZero();
    }

    private static void readUntil(int count, InputStream in, EventDecoder decoder, List<String> events)
            throws Exception {
        byte[] buffer = new byte[1024];
        while (events.size() < count) {
            int read = in.read(buffer);
            assertThat(read).as("curl goes on").isPositive();
            decoder.feed(ByteBuffer.wrap(buffer, 0, read));
        }
    }
}
