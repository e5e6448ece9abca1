package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.SseServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.logging.LogType;

/** The dashboard's page in a real Chromium. */
class DashboardPageTest {

    private Browser browser;
    private Dashboard dashboard;

    @BeforeEach
    void open() throws Exception {
        browser = Browser.start();
        dashboard = Dashboard.start(
                SseServer.builder().host("127.0.0.1").port(0).retry(Duration.ofSeconds(1), Duration.ofSeconds(2)));
        browser.get(url("127.0.0.1"));
        untilAllStreamsAreOpen();
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
        browser.until(() -> browser.text("users-online").equals("4"));
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
        for (String chart : new String[] {"heap", "cpu", "tape"}) {
            String before = picture(chart);
            browser.until(() -> !picture(chart).equals(before));
        }
    }

    @Test
    void aNotificationReachesEveryOpenTab() {
        String first = browser.getWindowHandle();
        browser.switchTo().newWindow(WindowType.TAB);
        browser.get(url("localhost")); // by another name, for a browser opens six connections to one origin and no more
        untilAllStreamsAreOpen();

        browser.findElement(By.id("message")).sendKeys("High water at six");
        browser.findElement(By.cssSelector("#notify button")).click();

        browser.until(() -> browser.text("notifications").endsWith("High water at six"));
        browser.switchTo().window(first);
        browser.until(() -> browser.text("notifications").endsWith("High water at six"));
    }

    @Test
    void aCutConnectionComesBackWithNothingLost() {
        browser.until(() -> browser.text("users-online").equals("4"));

        browser.findElement(By.id("cut")).click();

        browser.until(() -> browser.text("report").startsWith("All 4 streams are back"));
        browser.until(
                () -> browser.text("report").matches(".* [1-9]\\d* events? published meanwhile (was|were) resumed.*"));
        assertThat(browser.text("report")).contains(" 0 lost.").endsWith("No stream-reset.");
        untilAllStreamsAreOpen();
    }

    private void untilAllStreamsAreOpen() {
        browser.until(() -> browser.findElements(By.cssSelector("[data-feed][data-state=open]"))
                        .size()
                == 4);
    }

    private String url(String host) {
        return "http://" + host + ":" + dashboard.server().address().getPort() + "/";
    }

    private String picture(String canvas) {
        return String.valueOf(
                browser.executeScript("return document.getElementById(arguments[0]).toDataURL()", canvas));
    }
}
