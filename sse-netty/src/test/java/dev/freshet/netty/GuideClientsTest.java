package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.Installed;
import dev.freshet.hub.SseHub;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
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
                window.waits = [];
                window.ids = [];
                window.refusals = 0;
                const later = window.setTimeout;
                window.setTimeout = (action, millis) => {
                    waits.push(millis);
                    return later(action, 10);
                };
                window.connection = stayConnected('/prices', {
                    'stream-open': event => told.push(JSON.parse(event.data).resume),
                    'stream-reset': event => told.push(JSON.parse(event.data).reason),
                    tick: event => told.push(event.data)
                }, {
                    lastId: '%s',
                    onId: id => ids.push(id),
                    onRefused: () => refusals++
                });
            </script>
            """;

    /** Whether the wait of this number, from 0, is as long as it should be: twice that before, up to half a minute. */
    private static final String WAIT =
            "millis >= Math.min(500 * 2 ** i, 15000) && millis <= Math.min(1000 * 2 ** i, 30000)";

    private static final int TIMES = 3;

    private final Recorder recorder = new Recorder();
    private final Semaphore refused = new Semaphore(0);
    /** The status of answers; 0 for streams. */
    private volatile int refusal;

    private SseServer serve(String page, String script, Guide guide) {
        Map<String, String> files = Map.of("/page", page, "/" + script, guide.text());
        return start(local().listener(recorder)
                .retry(Duration.ofMillis(50), Duration.ofMillis(50))
                .endpoint("/prices", request -> {
                    int status = refusal;
                    if (status != 0) {
                        refused.release();
                        return SseReply.refuse(status);
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

    private void abortAndRefuse(SseServer server, int status, int times) throws InterruptedException {
        refused.drainPermits();
        refusal = status;
        abort(server);
        assertThat(refused.tryAcquire(times, PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    private void restart(SseServer server) {
        keep(hub);
        hub = SseHub.create();
        abort(server);
    }

    @Test
    void theReadmesPageTellsTypedEventsAndHowAStreamBegins() throws Exception {
        SseServer server = serve(README_PAGE, "prices.js", Guide.file("../../README.md", "prices.js"));
        open(server);
        hub.publish("prices", SseEvent.of("tick", "{\"symbol\":\"ACME\",\"price\":12.3}"));
        assertTold("fresh", "ACME 12.3");

        abort(server);
        assertTold("fresh", "ACME 12.3", "comes back by itself", "resumed");

        restart(server);
        assertTold("fresh", "ACME 12.3", "comes back by itself", "resumed", "comes back by itself", "unknown");
    }

    @Test
    void theReadmesPageTellsThatNothingMoreFollows() throws Exception {
        SseServer server = serve(README_PAGE, "prices.js", Guide.file("../../README.md", "prices.js"));
        open(server);
        hub.complete("prices", SseEvent.of("tick", "{\"symbol\":\"ACME\",\"price\":0}"));
        assertTold("fresh", "ACME 0", "comes back by itself", "refused, or nothing more follows");
    }

    @Test
    void theClientWithBackOffResumesAfterAnAnswerThatEndsAnEventSource() throws Exception {
        SseServer server =
                serve(PAGE.formatted(""), "stay-connected.js", Guide.file("clients.md", "stay-connected.js"));
        open(server);
        hub.publish("prices", SseEvent.of("tick", "one"));
        assertTold("fresh", "one");

        abortAndRefuse(server, 503, TIMES);
        hub.publish("prices", SseEvent.of("tick", "two"));
        refusal = 0;
        assertTold("fresh", "one", "resumed", "two");
        recorder.nextClosed();
        assertThat((Long) chromium().run("return waits.length")).isGreaterThanOrEqualTo(TIMES);
        assertThat(chromium().run("return refusals === waits.length")).isEqualTo(true);
        assertThat(chromium().run("return waits.every((millis, i) => " + WAIT + ")"))
                .isEqualTo(true);

        chromium().run("waits.length = 0; return true");
        abortAndRefuse(server, 503, 1);
        refusal = 0;
        assertTold("fresh", "one", "resumed", "two", "resumed");
        recorder.nextClosed();
        assertThat(chromium().run("const [millis, i] = [waits[0], 0]; return " + WAIT))
                .isEqualTo(true);

        restart(server);
        assertTold("fresh", "one", "resumed", "two", "resumed", "unknown");
        recorder.nextClosed();

        chromium().run("connection.close(); return true");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void theClientWithBackOffBeginsAfterAnIdAndTellsEachThatItHas() throws Exception {
        String one = published("one");
        String two = published("two");
        String page = PAGE.formatted(one);
        open(serve(page, "stay-connected.js", Guide.file("clients.md", "stay-connected.js")));
        assertTold("resumed", "two");

        String three = published("three");
        assertTold("resumed", "two", "three");
        assertThat(chromium().run("return ids.join()")).isEqualTo(String.join(",", one, two, three));
    }

    private String published(String data) {
        return hub.publish("prices", SseEvent.of("tick", data))
                .toCompletableFuture()
                .join()
                .toString();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theClientForPythonResumesAfterACutAndEndsWhereNothingMoreFollows(@TempDir Path folder) throws Exception {
        Guide guide = Guide.file("clients.md", "follow.py");
        SseServer server = serve("", "follow.py", guide);
        Path script = Files.writeString(folder.resolve("follow.py"), guide.text());
        String url = "http://127.0.0.1:" + server.address().getPort() + "/prices";
        Process python = new ProcessBuilder(Installed.path("python3"), script.toString(), url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        keep(python::destroyForcibly);
        BufferedReader out = python.inputReader();
        assertThat(out.readLine()).startsWith("stream-open {\"resume\":\"fresh\"} ");
        hub.publish("prices", SseEvent.of("tick", "one\ntwo"));
        assertThat(out.readLine()).isEqualTo("tick one");
        assertThat(out.readLine()).startsWith("two ");

        abortAndRefuse(server, 429, 1);
        hub.publish("prices", SseEvent.of("tick", "three"));
        refusal = 0;
        assertThat(out.readLine()).startsWith("stream-open {\"resume\":\"resumed\"} ");
        assertThat(out.readLine()).startsWith("tick three ");

        hub.complete("prices", SseEvent.of("tick", "four"));
        assertThat(out.readLine()).startsWith("tick four ");
        assertThat(out.readLine()).isNull();
        assertThat(python.waitFor()).isZero();
    }
}
