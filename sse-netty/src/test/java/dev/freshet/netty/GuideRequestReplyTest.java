package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The guide's requests by POST whose replies come as events, in Chromium. */
@Tag("recipes")
class GuideRequestReplyTest extends BrowserFixture {
    private static final String PAGE = """
            <!doctype html>
            <script type="module">
                import {openInbox} from './inbox.js';
                const request = openInbox();
                window.told = [];
                window.ask = body => request(body).then(reply => told.push(reply), error => told.push(error.message));
            </script>
            """;

    private final Recorder recorder = new Recorder();
    private final BlockingQueue<Runnable> taken = new LinkedBlockingQueue<>();

    private SseServer server;

    private record Reply(String to, String body) {}

    private static String answer(String question) {
        return question + "!";
    }

    @BeforeEach
    void openThePage() throws Exception {
        Executor executor = taken::add;
        Guide.file("limits-of-sse.md", "GuideRequestReplyTest.java").assertIsPartOf(GuideRequestReplyTest.class);
        Map<String, String> files = Map.of(
                "/page",
                PAGE,
                "/inbox.js",
                Guide.file("limits-of-sse.md", "inbox.js").text());
        server = start(local().retry(Duration.ofMillis(50), Duration.ofMillis(50))
                .listener(recorder)
                .limits(Limits.builder().bodyBytes(100).build())
                .endpoint("/inbox/{id}", request -> SseReply.subscribe(hub, "inbox/" + request.pathParameter("id")))
                .endpoint("POST", "/inbox/{id}/{number}", request -> {
                    String inbox = "inbox/" + request.pathParameter("id");
                    String number = request.pathParameter("number");
                    executor.execute(() ->
                            hub.publish(inbox, SseEvent.json("reply", new Reply(number, answer(request.bodyText())))));
                    return SseReply.stop(); // 204: taken
                })
                .requests(pipeline -> pipeline.addLast(new ServedFiles(files))));
        chromium().open("http://127.0.0.1:" + server.address().getPort() + "/page");
        chromium().await("return window.ask !== undefined");
        recorder.nextOpened();
    }

    private Runnable ask(String question) throws Exception {
        chromium().run("ask(arguments[0]); return true", question);
        Runnable answer = taken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(answer).as("a request").isNotNull();
        return Objects.requireNonNull(answer);
    }

    private static void assertTold(String replies, int count) {
        chromium().await("return told.length >= arguments[0]", count);
        assertThat(chromium().run("return told.join()")).isEqualTo(replies);
    }

    @Test
    void aReplyReachesWhoAskedWhateverTheOrder() throws Exception {
        Runnable first = ask("one");
        Runnable second = ask("two");
        second.run();
        assertTold("two!", 1);
        first.run();
        assertTold("two!,one!", 2);
    }

    @Test
    void aReplyWhileTheStreamIsCutReachesWhoAsked() throws Exception {
        Runnable answer = ask("where");
        server.connections().abort(connection -> true);
        recorder.nextClosed();
        answer.run();
        assertTold("where!", 1);
    }

    @Test
    void aRequestFailsWhoseReplyMayBeLost() throws Exception {
        ask("where");
        keep(hub);
        hub = SseHub.create();
        server.connections().abort(connection -> true);
        assertTold("reset", 1);
    }

    @Test
    void aRequestFailsThatIsRefused() {
        chromium().run("ask('x'.repeat(101)); return true");
        assertTold("status 413", 1);
    }
}
