package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.logging.LogType;

/** The dashboard's page in a real Chromium. */
@Tag("browser")
class DashboardPageTest extends DashboardPageFixture {

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

    @Test
    void everyPartOfThePageIsFilled() {
        page.load();
        browser.until(() -> browser.text("users-online").equals("1"));
        browser.until(() ->
                !browser.driver().findElements(By.cssSelector("#news .article")).isEmpty());
        browser.until(() -> browser.text("heap-value").endsWith("MB")
                && browser.text("heap-max").startsWith("of "));
        browser.until(() -> browser.text("threads").matches("\\d+ threads"));
        assertThat(browser.text("server-status")).isIn("operational", "under load");
        assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll())
                .isEmpty();
    }

    @Test
    void theChartsMove() {
        page.load();
        for (String chart : new String[] {"heap", "cpu", "tape"}) {
            String before = picture(chart);
            browser.until(() -> !picture(chart).equals(before));
        }
    }

    @Test
    void noTwoLabelsOfAChartLieOverEachOther() {
        page.onNewPages(WATCH_LABELS);
        page.load();
        browser.until(() -> browser.text("heap-value").endsWith("MB"));
        browser.until(() -> number("return window.labels") > 300);
        assertThat(number("return window.overlaps")).isZero();
    }

    @Test
    void theWidestLabelFitsIntoItsChart() {
        page.load();
        Object left = browser.driver().executeAsyncScript("""
                const done = arguments[0];
                const pen = CanvasRenderingContext2D.prototype;
                const {fillText} = pen;
                let left = Infinity;
                import('/charts.js').then(({LineChart}) => {
                  const chart = new LineChart(heap, {line: '--lane-1', format: () => '1000 MB', base: 1024, least: 1});
                  pen.fillText = function(text, x) {
                    if (text === '1000 MB') {
                      left = Math.min(left, x - this.measureText(text).width);
                    }
                  };
                  chart.draw(Date.now());
                  pen.fillText = fillText;
                  done(left);
                });
                """);
        assertThat(((Number) left).doubleValue()).isBetween(0.0, 20.0);
    }

    @Test
    void aCutStreamComesBackWithNothingLost() {
        page.load();
        browser.until(() -> browser.text("users-online").equals("1"));

        browser.driver().findElement(By.id("cut")).click();

        browser.until(() -> browser.text("report")
                .matches("Back after .* [1-9]\\d* events? published meanwhile (was|were) resumed.*"));
        assertThat(browser.text("report")).contains(" 0 lost.").endsWith("No stream-reset.");
        page.untilOpen();
    }

    @Test
    void aCutThatIsLongerThanTheTapeLosesNothing() {
        page.onNewPages("delete window.SharedWorker;"); // so that the page's clock is the leader's
        page.load();
        browser.until(() -> browser.text("users-online").equals("1"));

        browser.driver().executeScript("""
                new MutationObserver(() => {
                  if (report.textContent.startsWith('Cut off')) {
                    const now = Date.now;
                    Date.now = () => now() + 100_000;
                  }
                }).observe(report, {childList: true});
                cut.click();
                """);

        browser.until(() -> browser.text("report").startsWith("Back after 10"));
        assertThat(browser.text("report")).contains(" 0 lost.");
        long published = page.published();
        browser.until(() -> page.published() > published);
        assertThat(browser.text("report")).contains(" 0 lost.");
        assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll())
                .noneMatch(entry -> entry.getMessage().contains("TypeError"));
    }

    @Test
    void aRestartOfTheServerIsToldAndTheChartsShowTheGap() {
        page.load();
        browser.until(() -> browser.text("heap-value").endsWith("MB"));

        page.restart();

        browser.until(() -> browser.text("report").matches("Back after .* The stream was reset \\(unknown\\): .*"));
        assertThat(browser.driver().findElement(By.id("report")).getAttribute("class"))
                .contains("broken");
        browser.until(
                () -> label("heap").endsWith(", with 1 gap") && label("cpu").endsWith(", with 1 gap"));
        page.untilOpen();
    }

    /** The server's own refusals are text, where the dashboard's are JSON. */
    @Test
    void aRefusalInTextIsShown() {
        page.load();
        browser.driver().executeScript("message.value = 'x'.repeat(70_000); notify.requestSubmit()");
        browser.until(() -> browser.text("notify-problem").startsWith("Not sent: "));
        assertThat(browser.text("notify-problem")).contains("65536");
    }

    /** It would loop otherwise: each end of a stream is a cut to an EventSource. */
    @Test
    void anEventSourceOnAStreamOfOneNotificationIsEnded() {
        page.load();
        Object told = browser.driver().executeAsyncScript("""
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

    private long number(String script) {
        return ((Number) browser.driver().executeScript(script)).longValue();
    }

    private String label(String canvas) {
        return String.valueOf(browser.driver().findElement(By.id(canvas)).getAttribute("aria-label"));
    }

    private String picture(String canvas) {
        return String.valueOf(
                browser.driver().executeScript("return document.getElementById(arguments[0]).toDataURL()", canvas));
    }
}
