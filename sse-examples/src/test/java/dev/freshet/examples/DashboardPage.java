package dev.freshet.examples;

import dev.freshet.harness.Chromium;
import dev.freshet.harness.RestartPort;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;

/** A dashboard, and a browser for its page. */
final class DashboardPage implements AutoCloseable {

    private static final Duration LOAD = Duration.ofSeconds(30);

    private final Chromium browser;
    private Dashboard dashboard;

    private DashboardPage(Chromium browser) throws IOException {
        this.browser = browser;
        this.dashboard = start(RestartPort.next());
    }

    static DashboardPage open() throws IOException {
        Chromium browser = Chromium.start();
        browser.driver().manage().timeouts().pageLoadTimeout(LOAD).scriptTimeout(LOAD);
        return new DashboardPage(browser);
    }

    private static Dashboard start(int port) {
        return Dashboard.start(
                SseServer.builder().host("127.0.0.1").port(port).retry(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    Chromium browser() {
        return browser;
    }

    /** Another server, at the same port. */
    void restart() {
        int port = port();
        dashboard.close();
        dashboard = start(port);
    }

    void load() {
        browser.open("http://127.0.0.1:" + port() + "/");
        untilOpen();
    }

    void untilOpen() {
        browser.until(() -> !browser.driver()
                .findElements(By.cssSelector("#status:not([data-state=connecting])"))
                .isEmpty());
    }

    /** Opens the page in a new tab, and returns its name. */
    String openTab(String before) {
        browser.driver().switchTo().newWindow(WindowType.TAB);
        onNewPages(before);
        load();
        return browser.driver().getWindowHandle();
    }

    /** Has a script run in this tab before those of each page. */
    void onNewPages(String script) {
        browser.driver().executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    long published() {
        return Long.parseLong(browser.text("published").replaceAll("\\D", ""));
    }

    void untilItMoves() {
        long published = published();
        browser.until(() -> published() > published);
    }

    private int port() {
        return dashboard.server().address().getPort();
    }

    @Override
    public void close() throws IOException {
        browser.close();
        dashboard.close();
    }
}
