package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients that the README and the guide on clients show, in Chromium and in Python. */
@Tag("recipes")
class GuideClientsTest extends BrowserFixture {
    private static final String README_PAGE = """
            <!doctype html>
            <script>
                window.told = [];
                console.log = (...words) => told.push(words.join(' '));
            </script>
            <script src="/prices.js"></script>
            """;
    private static final String PAGE = """
            <!doctype html>
            <script type="module">
                import {stayConnected} from './stay-connected.js';
                window.told = [];
                window.connection = stayConnected('/prices', {
                    'stream-open': event => told.push(JSON.parse(event.data).resume),
                    tick: event => told.push(event.data)
                });
            </script>
            """;

    private final Recorder recorder = new Recorder();
    private final CountDownLatch refused = new CountDownLatch(1);
    private volatile boolean isRefusing;

    private SseServer serve(String page, String script, Guide guide) {
        Map<String, String> files = Map.of("/page", page, "/" + script, guide.text());
        return start(local().listener(recorder)
                .retry(Duration.ofMillis(50), Duration.ofMillis(50))
                .endpoint("/prices", request -> {
                    if (isRefusing) {
                        refused.countDown();
                        return SseReply.refuse(503);
                    }
                    return SseReply.subscribe(hub, "prices");
                })
                .requests(pipeline -> pipeline.addLast(new ServedFiles(files))));
    }

    private void open(SseServer server) throws Exception {
        chromium().open("http://127.0.0.1:" + server.address().getPort() + "/page");
        recorder.nextOpened();
    }

    private static void assertTold(String... words) {
        chromium().await("return told.length >= arguments[0]", words.length);
        assertThat(chromium().run("return told.join()")).isEqualTo(String.join(",", words));
    }

    private static void abort(SseServer server) {
        server.connections().abort(connection -> true);
    }

    @Test
    void theReadmesPageTellsTypedEventsAndHowAStreamBegins() throws Exception {
        SseServer server = serve(README_PAGE, "prices.js", Guide.file("../../README.md", "prices.js"));
        open(server);
        hub.publish("prices", SseEvent.of("tick", "{\"symbol\":\"ACME\",\"price\":12.3}"));
        assertTold("fresh", "ACME 12.3");

        abort(server);
        assertTold("fresh", "ACME 12.3", "comes back by itself", "resumed");

        keep(hub);
        hub = SseHub.create();
        abort(server);
        assertTold("fresh", "ACME 12.3", "comes back by itself", "resumed", "comes back by itself", "unknown");
    }

    @Test
    void theClientWithBackOffResumesAfterAnAnswerThatEndsAnEventSource() throws Exception {
        SseServer server = serve(PAGE, "stay-connected.js", Guide.file("clients.md", "stay-connected.js"));
        open(server);
        hub.publish("prices", SseEvent.of("tick", "one"));
        assertTold("fresh", "one");

        isRefusing = true;
        abort(server);
        assertThat(refused.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        hub.publish("prices", SseEvent.of("tick", "two"));
        isRefusing = false;
        assertTold("fresh", "one", "resumed", "two");
        recorder.nextClosed();

        chromium().run("connection.close(); return true");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void theClientForPythonResumesAfterACutAndEndsWhereNothingMoreFollows(@TempDir Path folder) throws Exception {
        Guide guide = Guide.file("clients.md", "follow.py");
        SseServer server = serve("", "follow.py", guide);
        Path script = Files.writeString(folder.resolve("follow.py"), guide.text());
        String url = "http://127.0.0.1:" + server.address().getPort() + "/prices";
        Process python = new ProcessBuilder("python3", script.toString(), url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = python.inputReader()) {
            assertThat(out.readLine()).startsWith("stream-open {\"resume\":\"fresh\"} ");
            hub.publish("prices", SseEvent.of("tick", "one\ntwo"));
            assertThat(out.readLine()).isEqualTo("tick one");
            assertThat(out.readLine()).startsWith("two ");

            abort(server);
            hub.publish("prices", SseEvent.of("tick", "three"));
            assertThat(out.readLine()).startsWith("stream-open {\"resume\":\"resumed\"} ");
            assertThat(out.readLine()).startsWith("tick three ");

            hub.complete("prices", SseEvent.of("tick", "four"));
            assertThat(out.readLine()).startsWith("tick four ");
            assertThat(out.readLine()).isNull();
            assertThat(python.waitFor()).isZero();
        } finally {
            python.destroyForcibly();
        }
    }
}
