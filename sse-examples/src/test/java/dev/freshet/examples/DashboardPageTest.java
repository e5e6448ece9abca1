package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.logging.LogType;

/** The dashboard's page in a real Chromium. */
@Tag("browser")
class DashboardPageTest {

    private static final Duration LOAD = Duration.ofSeconds(30);

    /** Notes, in each frame, where the labels on the left of a chart stand, and how often two lie over each other. */
    private static final String WATCH_LABELS = """
            window.overlaps = 0;
            window.labels = 0;
            const pen = CanvasRenderingContext2D.prototype;
            const {clearRect, fillText} = pen;
            pen.clearRect = function(...area) {
              this.heights = [];
              return clearRect.apply(this, area);
            };
            pen.fillText = function(text, x, y) {
              if (this.textAlign === 'right' && this.textBaseline === 'middle') {
                labels++;
                overlaps += this.heights.some(other => Math.abs(other - y) < 11) ? 1 : 0;
                this.heights.push(y);
              }
              return fillText.apply(this, arguments);
            };
            """;

    private Browser browser;
    private Dashboard dashboard;

    @BeforeEach
    void open() throws Exception {
        browser = Browser.start();
        browser.manage().timeouts().pageLoadTimeout(LOAD).scriptTimeout(LOAD);
        dashboard = start(0);
    }

    private static Dashboard start(int port) {
        return Dashboard.start(
                SseServer.builder().host("127.0.0.1").port(port).retry(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
        }
        if (dashboard != null) {
            dashboard.close();
        }
    }

    @Test
    void everyPartOfThePageIsFilled() {
        load();
        browser.until(() -> browser.text("users-online").equals("1"));
        browser.until(
                () -> !browser.findElements(By.cssSelector("#news .article")).isEmpty());
        browser.until(() -> browser.text("heap-value").endsWith("MB")
                && browser.text("heap-max").startsWith("of "));
        browser.until(() -> browser.text("threads").matches("\\d+ threads"));
        assertThat(browser.text("server-status")).isIn("operational", "under load");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void theChartsMove() {
        load();
        for (String chart : new String[] {"heap", "cpu", "tape"}) {
            String before = picture(chart);
            browser.until(() -> !picture(chart).equals(before));
        }
    }

    @Test
    void noTwoLabelsOfAChartLieOverEachOther() {
        onNewPages(WATCH_LABELS);
        load();
        browser.until(() -> browser.text("heap-value").endsWith("MB"));
        browser.until(() -> number("return window.labels") > 300);
        assertThat(number("return window.overlaps")).isZero();
    }

    /** With a worker that all share, and as on a phone, where one of the tabs leads. */
    @ParameterizedTest
    @ValueSource(strings = {"", "delete window.SharedWorker;"})
    void tenTabsShareOneStream(String before) {
        onNewPages(before);
        load();
        String first = browser.getWindowHandle();
        for (int i = 2; i <= 10; i++) {
            openTab(before);
        }
        browser.until(() -> browser.text("users-online").equals("1"));

        browser.findElement(By.id("message")).sendKeys("High water at six");
        browser.findElement(By.cssSelector("#notify button")).click();

        for (String tab : browser.getWindowHandles()) {
            browser.switchTo().window(tab);
            browser.until(() -> browser.text("notifications").endsWith("High water at six"));
            long published = published();
            browser.until(() -> published() > published);
        }
        browser.switchTo().window(first);
        assertThat(browser.text("report")).isEqualTo("No cut yet.");
    }

    @Test
    void whereTheTabThatLeadsIsClosedAnotherGoesOnWithNothingLost() {
        String before = "delete window.SharedWorker;";
        onNewPages(before);
        load();
        String first = browser.getWindowHandle();
        openTab(before);
        String second = browser.getWindowHandle();

        browser.switchTo().window(first).close();

        browser.switchTo().window(second);
        browser.until(() -> browser.text("report").startsWith("Back after "));
        assertThat(browser.text("report")).contains(" 0 lost.").endsWith("No stream-reset.");
        long published = published();
        browser.until(() -> published() > published);
    }

    @Test
    void aTabWithoutWorkersAndLocksHasAStreamOfItsOwn() {
        String before = "delete window.SharedWorker; delete Navigator.prototype.locks;";
        onNewPages(before);
        load();
        openTab(before);
        browser.until(() -> browser.text("users-online").equals("2"));
    }

    @Test
    void aCutStreamComesBackWithNothingLost() {
        load();
        browser.until(() -> browser.text("users-online").equals("1"));

        browser.findElement(By.id("cut")).click();

        browser.until(() -> browser.text("report")
                .matches("Back after .* [1-9]\\d* events? published meanwhile (was|were) resumed.*"));
        assertThat(browser.text("report")).contains(" 0 lost.").endsWith("No stream-reset.");
        untilOpen();
    }

    @Test
    void aRestartOfTheServerIsToldAndTheChartsShowTheGap() throws Exception {
        load();
        browser.until(() -> browser.text("heap-value").endsWith("MB"));
        int port = dashboard.server().address().getPort();

        dashboard.close();
        browser.until(() -> browser.text("report").startsWith("Cut off"));
        browser.until(() -> label("heap").endsWith(", with 1 gap"));
        dashboard = start(port);

        browser.until(() -> browser.text("report").matches("Back after .* The stream was reset \\(unknown\\): .*"));
        assertThat(browser.findElement(By.id("report")).getAttribute("class")).contains("broken");
        browser.until(
                () -> label("heap").endsWith(", with 1 gap") && label("cpu").endsWith(", with 1 gap"));
        untilOpen();
    }

    /** It would loop otherwise: each end of a stream is a cut to an EventSource. */
    @Test
    void anEventSourceOnAStreamOfOneNotificationIsEnded() {
        load();
        Object told = browser.executeAsyncScript("""
                const done = arguments[0];
                const told = [];
                const source = new EventSource('/api/notify');
                for (const type of ['notification', 'done']) {
                  source.addEventListener(type, () => told.push(type));
                }
                source.onerror = () => {
                  if (source.readyState === EventSource.CLOSED) {
                    done(told);
                  }
                };
                """);
        assertThat(told).isEqualTo(List.of("notification", "done"));
    }

    private void openTab(String before) {
        browser.switchTo().newWindow(WindowType.TAB);
        onNewPages(before);
        load();
    }

    private void load() {
        browser.get("http://127.0.0.1:" + dashboard.server().address().getPort() + "/");
        untilOpen();
    }

    /** Has a script run in this tab before those of each page. */
    private void onNewPages(String script) {
        browser.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    private void untilOpen() {
        browser.until(() -> !browser.findElements(By.cssSelector("#status:not([data-state=connecting])"))
                .isEmpty());
    }

    private long published() {
        return Long.parseLong(browser.text("published").replaceAll("\\D", ""));
    }

    private long number(String script) {
        return ((Number) browser.executeScript(script)).longValue();
    }

    private String label(String canvas) {
        return String.valueOf(browser.findElement(By.id(canvas)).getAttribute("aria-label"));
    }

    private String picture(String canvas) {
        return String.valueOf(
                browser.executeScript("return document.getElementById(arguments[0]).toDataURL()", canvas));
    }
}
