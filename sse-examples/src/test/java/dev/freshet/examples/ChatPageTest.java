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

/** The chat's page in a real Chromium. */
class ChatPageTest {

    private static final String PROMPT = "Where does the river go?";
    private static final String ANSWER = String.join("", Storyteller.answer(PROMPT));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path profiles;

    private ChromeDriver browser;
    private Chat chat;

    @BeforeEach
    void open() throws Exception {
        browser = Browser.start(Files.createTempDirectory(profiles, "profile"));
        chat = Chat.start(
                Duration.ofMillis(30),
                SseServer.builder().host("127.0.0.1").port(0).retry(Duration.ofSeconds(1)));
        browser.get("http://127.0.0.1:" + chat.server().address().getPort() + "/");
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
        }
        if (chat != null) {
            chat.close();
        }
    }

    private void ask() {
        browser.findElement(By.id("question")).sendKeys(PROMPT);
        browser.findElement(By.cssSelector("#ask button")).click();
    }

    @Test
    void anAnswerGrowsTokenByToken() {
        ask();
        until(() -> isBegun() && text("state").equals("writing"));
        untilWhole();
        assertThat(text("prompt")).isEqualTo(PROMPT);
        assertThat(browser.findElements(By.cssSelector("#answer span"))).hasSameSizeAs(Storyteller.answer(PROMPT));
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void anAnswerIsResumedAfterAReloadInTheMiddle() {
        ask();
        until(this::isBegun);
        browser.navigate().refresh();
        untilWhole();
        until(() -> text("report").startsWith("Resumed: "));
        assertThat(text("prompt")).isEqualTo(PROMPT);
    }

    @Test
    void aReloadAfterTheEndShowsWhatThereWas() {
        ask();
        untilWhole();
        browser.navigate().refresh();
        untilWhole();
        assertThat(text("report")).isEqualTo("This tab has all of the answer.");
    }

    @Test
    void aSecondTabFollowsTheSameAnswer() {
        ask();
        until(this::isBegun);
        String link = browser.getCurrentUrl();
        browser.switchTo().newWindow(WindowType.TAB);
        browser.get(link);
        untilWhole();
        assertThat(text("prompt")).isEqualTo(PROMPT);
    }

    @Test
    void anAnswerThatIsCutOffBeforeItBeginsCanBeAskedForAgain() {
        browser.executeScript("window.network = window.fetch; window.fetch = async () => new Response('')");
        ask();
        until(() -> text("state").equals("failed"));
        assertThat(text("report")).isEqualTo("The answer was cut off before it began.");
        browser.executeScript("window.fetch = window.network");
        ask();
        untilWhole();
    }

    private boolean isBegun() {
        return text("answer").startsWith(ANSWER.substring(0, 20))
                && !text("answer").equals(ANSWER);
    }

    private void untilWhole() {
        until(() -> text("state").equals("done"));
        assertThat(text("answer")).isEqualTo(ANSWER);
    }

    private String text(String id) {
        return browser.findElement(By.id(id)).getText();
    }

    private void until(BooleanSupplier condition) {
        new WebDriverWait(browser, Duration.ofSeconds(20)).until(driver -> condition.getAsBoolean());
    }
}
