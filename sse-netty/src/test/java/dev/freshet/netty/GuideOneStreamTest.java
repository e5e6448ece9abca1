package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.ResumeOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of the guide whose tabs share one stream, in ten tabs over plain HTTP/1.1. */
@Tag("recipes")
class GuideOneStreamTest extends BrowserFixture {
    private static final int TABS = 10;
    private static final String TEXTS = "Array.from(document.querySelectorAll('li'), item => item.textContent)";

    private final Recorder recorder = new Recorder();
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final List<String> tabs = new ArrayList<>();

    private SseServer server;

    /** What a browser has, and where: the page of another host than the loopback is no secure context. */
    private enum Has {
        SHARED_WORKER("app.example", ""),
        LOCKS("127.0.0.1", "window.SharedWorker = undefined;"),
        NEITHER("app.example", "window.SharedWorker = undefined;");

        final String host;
        final String without;

        Has(String host, String without) {
            this.host = host;
            this.without = without;
        }
    }

    private void start(Has browser) throws Exception {
        String page = Guide.file("limits-of-sse.md", "tab.html").text();
        Map<String, String> files = Map.of(
                "/tab.html", page.replace("<ul></ul>", "<ul></ul>\n<script>" + browser.without + "</script>"),
                "/one-stream.js",
                        Guide.file("limits-of-sse.md", "one-stream.js").text());
        server = start(local().listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        recorder.opened(connection, outcome);
                    }

                    @Override
                    public void closed(SseConnection connection, CloseReason reason) {
                        happened.add("closed");
                        recorder.closed(connection, reason);
                    }
                })
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("POST", "/posts", request -> {
                    happened.add("posted");
                    return SseReply.stop();
                })
                .requests(pipeline -> pipeline.addLast(new EventSourcePage()).addLast(new ServedFiles(files))));
    }

    private void openTabs(Has browser) {
        for (int i = 0; i < TABS; i++) {
            tabs.add(chromium().openTab(url(browser, "/tab.html")));
        }
    }

    private String url(Has browser, String path) {
        return "http://" + browser.host + ":" + server.address().getPort() + path;
    }

    private static void post() {
        chromium().run("window.status = 0; fetch('/posts', {method: 'POST'}).then(r => status = r.status); return 1");
    }

    private static void awaitPosted() {
        chromium().await("return Number(status) === 204");
    }

    private void assertEachTabHas(String... texts) {
        for (String tab : tabs) {
            chromium().use(tab);
            chromium().await("return " + TEXTS + ".length >= arguments[0]", texts.length);
            assertThat(chromium().run("return " + TEXTS)).isEqualTo(List.of(texts));
        }
    }

    @AfterEach
    void closeTheTabs() {
        chromium().closeTabs(tabs);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED_WORKER", "LOCKS"})
    void tenTabsShareOneStream(Has browser) throws Exception {
        start(browser);
        openTabs(browser);
        recorder.nextOpened();
        publish("first");
        assertEachTabHas("first");
        publish("second");
        assertEachTabHas("first", "second");
        assertThat(server.connections().count()).isEqualTo(1);
        post();
        awaitPosted();
        assertThat(chromium()
                        .run("return [isSecureContext, performance.getEntriesByType('navigation')[0].nextHopProtocol]"))
                .isEqualTo(List.of(browser == Has.LOCKS, "http/1.1"));
    }

    @Test
    void theSharedStreamGoesOnWhenTheTabGoesThatOpenedIt() throws Exception {
        start(Has.SHARED_WORKER);
        openTabs(Has.SHARED_WORKER);
        recorder.nextOpened();
        publish("first");
        assertEachTabHas("first");
        chromium().closeTabs(List.of(tabs.remove(0)));
        publish("second");
        assertEachTabHas("first", "second");
        assertThat(recorder.opened).isEmpty();
    }

    @Test
    void anotherTabGoesOnWhereTheOneWasThatHeldTheStream() throws Exception {
        start(Has.LOCKS);
        openTabs(Has.LOCKS);
        recorder.nextOpened();
        publish("first");
        assertEachTabHas("first");
        chromium().closeTabs(List.of(tabs.remove(0)));
        recorder.nextClosed();
        publish("meanwhile");
        assertEachTabHas("first", "meanwhile");
        recorder.nextOpened();
        assertThat(server.connections().count()).isEqualTo(1);
    }

    /** Also where none of the tabs that are left has seen an event. */
    @Test
    void aTabThatHasSeenNothingYetGoesOnWhereTheStreamStood() throws Exception {
        start(Has.LOCKS);
        openTabs(Has.LOCKS);
        recorder.nextOpened();
        for (String tab : tabs) {
            chromium().use(tab);
            chromium()
                    .run("const tabs = new BroadcastChannel('/events'); tabs.onmessage = () => window.told = true;"
                            + "tabs.postMessage('where'); return true"); // behind the question of the page itself
            chromium().await("return window.told");
        }
        chromium().closeTabs(List.of(tabs.remove(0)));
        recorder.nextClosed();
        publish("meanwhile");
        assertEachTabHas("meanwhile");
    }

    @Test
    void withNeitherTheTabInFrontHasAStream() throws Exception {
        start(Has.NEITHER);
        openTabs(Has.NEITHER);
        assertThat(chromium().run("return [document.hidden, typeof navigator.locks]"))
                .isEqualTo(List.of(false, "undefined"));
        for (int i = 0; i < TABS; i++) {
            recorder.nextOpened();
        }
        for (int i = 1; i < TABS; i++) {
            recorder.nextClosed();
        }
        publish("first");
        assertEachTabHas("first");
        post();
        awaitPosted();
    }

    @Test
    void sixTabsWithAStreamEachLeaveNoConnectionForAnythingElse() throws Exception {
        start(Has.SHARED_WORKER);
        for (int i = 0; i < 6; i++) {
            tabs.add(chromium().openTab(url(Has.SHARED_WORKER, EventSourcePage.PATH)));
            chromium().run("follow('/events'); return true");
            chromium().await("return opens > 0");
        }
        post();
        chromium().use(tabs.get(0));
        chromium().run("source.close(); return true");
        chromium().use(tabs.get(5));
        awaitPosted();
        assertThat(happened).containsExactly("closed", "posted");
    }
}
