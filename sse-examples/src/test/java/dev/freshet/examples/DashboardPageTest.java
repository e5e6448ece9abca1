package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.SseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The dashboard's page in a real Chromium. */
class DashboardPageTest {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path profiles;

    private ChromeDriver browser;
    private Dashboard dashboard;

    @BeforeEach
    void open() throws Exception {
        browser = Browser.start(Files.createTempDirectory(profiles, "profile"));
        dashboard =
                Dashboard.start(SseServer.builder().host("127.0.0.1").port(0).retry(Duration.ofSeconds(2)));
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
        until(() -> text("users-online").equals("4"));
        until(() -> !browser.findElements(By.cssSelector("#news .article")).isEmpty());
        until(() -> text("heap-value").endsWith("MB") && text("heap-max").startsWith("of "));
        until(() -> text("threads").matches("\\d+ threads"));
        assertThat(text("server-status")).isIn("operational", "under load");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void theChartsMove() {
        for (String chart : new String[] {"heap", "cpu", "tape"}) {
            String before = picture(chart);
            until(() -> !picture(chart).equals(before));
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

        until(() -> text("notifications").endsWith("High water at six"));
        browser.switchTo().window(first);
        until(() -> text("notifications").endsWith("High water at six"));
    }

    @Test
    void aCutConnectionComesBackWithNothingLost() {
        until(() -> text("users-online").equals("4"));

        browser.findElement(By.id("cut")).click();

        until(() -> text("report").startsWith("All 4 streams are back"));
        until(() -> text("report").matches(".* [1-9]\\d* events? published meanwhile (was|were) resumed.*"));
        assertThat(text("report")).contains(" 0 lost.").endsWith("No stream-reset.");
        untilAllStreamsAreOpen();
    }

    private void untilAllStreamsAreOpen() {
        until(() -> browser.findElements(By.cssSelector("[data-feed][data-state=open]"))
                        .size()
                == 4);
    }

    private String url(String host) {
        return "http://" + host + ":" + dashboard.server().address().getPort() + "/";
    }

    private String text(String id) {
        return browser.findElement(By.id(id)).getText();
    }

    private String picture(String canvas) {
        return String.valueOf(
                browser.executeScript("return document.getElementById(arguments[0]).toDataURL()", canvas));
    }

    private void until(BooleanSupplier condition) {
        new WebDriverWait(browser, Duration.ofSeconds(20)).until(driver -> condition.getAsBoolean());
    }
}
