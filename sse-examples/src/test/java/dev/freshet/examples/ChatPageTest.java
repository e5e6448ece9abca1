package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.logging.LogType;

/** The chat's page in a real Chromium. */
@Tag("browser")
class ChatPageTest {

    private static final String PROMPT = "Where does the river go?";
    private static final String ANSWER = String.join("", Storyteller.answer(PROMPT));

    /** Of more than a hundred. */
    private static final int TOKENS_AT_FIRST = 10;

    private final Pen pen = new Pen();
    private Browser browser;
    private Chat chat;

    /** Stops in the middle of an answer until it is told to go on. */
    private static final class Pen extends ScheduledThreadPoolExecutor {
        private final Semaphore tokens = new Semaphore(TOKENS_AT_FIRST);

        Pen() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable token, long delay, TimeUnit unit) {
            return super.schedule(
                    () -> {
                        try {
                            tokens.acquire();
                        } catch (InterruptedException e) {
                            return; // the chat has ended
                        }
                        token.run();
                    },
                    delay,
                    unit);
        }

        void halt() {
            tokens.drainPermits();
            tokens.release(TOKENS_AT_FIRST);
        }

        void goOn() {
            tokens.release(Integer.MAX_VALUE / 2);
        }
    }

    @BeforeEach
    void open() throws Exception {
        browser = Browser.start();
        chat = Chat.start(
                Duration.ofMillis(30),
                pen,
                SseServer.builder().host("127.0.0.1").port(0));
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
        browser.findElement(By.id("send")).click();
    }

    @Test
    void anAnswerGrowsTokenByToken() {
        ask();
        browser.until(() -> isBegun() && browser.text("state").equals("writing"));
        pen.goOn();
        untilWhole();
        assertThat(last("prompt")).isEqualTo(PROMPT);
        assertThat(browser.findElements(By.cssSelector(".turn:last-child .answer span")))
                .hasSameSizeAs(Storyteller.answer(PROMPT));
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void anAnswerIsResumedAfterAReloadInTheMiddle() {
        ask();
        browser.until(this::isBegun);
        browser.navigate().refresh();
        browser.until(() -> isBegun() && browser.text("state").equals("writing"));
        pen.goOn();
        untilWhole();
        browser.until(() -> browser.text("report").startsWith("Resumed: "));
        assertThat(last("prompt")).isEqualTo(PROMPT);
    }

    @Test
    void anAnswerIsResumedAfterASecondReload() {
        ask();
        browser.until(this::isBegun);
        for (int i = 0; i < 2; i++) {
            browser.navigate().refresh();
            browser.until(() -> isBegun() && browser.text("state").equals("writing"));
        }
        pen.goOn();
        untilWhole();
    }

    @Test
    void aReloadAfterTheEndShowsWhatThereWas() {
        pen.goOn();
        ask();
        untilWhole();
        browser.navigate().refresh();
        untilWhole();
        assertThat(browser.text("report")).isEqualTo("This tab has all that was written.");
    }

    @Test
    void aSecondTabFollowsTheSameAnswer() {
        ask();
        browser.until(this::isBegun);
        String link = browser.getCurrentUrl();
        browser.switchTo().newWindow(WindowType.TAB);
        browser.get(link);
        browser.until(this::isBegun);
        pen.goOn();
        untilWhole();
        assertThat(last("prompt")).isEqualTo(PROMPT);
    }

    @Test
    void anAnswerThatIsCutOffBeforeItBeginsCanBeAskedForAgain() {
        pen.goOn();
        browser.executeScript("window.network = window.fetch; window.fetch = async () => new Response('')");
        ask();
        browser.until(() -> browser.text("state").equals("failed"));
        assertThat(browser.text("report")).isEqualTo("The answer was cut off before it began.");
        browser.executeScript("window.fetch = window.network");
        ask();
        untilWhole();
    }

    @Test
    void allTurnsAreThereAfterAReloadAndTheOneThatRunsGoesOn() {
        pen.goOn();
        ask();
        untilWhole();
        pen.halt();
        ask();
        browser.until(this::isBegun);

        browser.navigate().refresh();

        browser.until(this::isBegun);
        List<WebElement> turns = browser.findElements(By.className("turn"));
        assertThat(turns).hasSize(2);
        assertThat(turns.get(0).findElement(By.className("prompt")).getText()).isEqualTo(PROMPT);
        assertThat(turns.get(0).findElement(By.className("answer")).getText()).isEqualTo(ANSWER);
        pen.goOn();
        untilWhole();
    }

    @Test
    void theStopButtonEndsTheAnswerOnTheServer() {
        ask();
        browser.until(() -> isBegun() && browser.findElement(By.id("stop")).isEnabled());

        browser.findElement(By.id("stop")).click();

        browser.until(() -> browser.text("state").equals("stopped"));
        pen.goOn();
        String id = browser.getCurrentUrl().replaceAll(".*#", "");
        Caller caller = new Caller(chat.server());
        assertThat(caller.get("/api/chat?id=" + id).body())
                .contains("event: cancelled")
                .doesNotContain("event: done");

        browser.navigate().refresh();
        browser.until(() -> browser.text("state").equals("stopped"));
        assertThat(ANSWER).startsWith(last("answer"));
    }

    @Test
    void anAnswerThatWasResumedCanBeStopped() {
        ask();
        browser.until(this::isBegun);
        browser.navigate().refresh();
        browser.until(() -> isBegun() && browser.text("state").equals("writing"));

        browser.findElement(By.id("stop")).click();

        browser.until(() -> browser.text("state").equals("stopped"));
        assertThat(browser.findElement(By.id("send")).isDisplayed()).isTrue();
    }

    /** What stands in the last turn. */
    private String last(String part) {
        return (String) browser.executeScript(
                "return document.querySelector('.turn:last-child .' + arguments[0])?.innerText ?? ''", part);
    }

    private boolean isBegun() {
        return last("answer").startsWith(ANSWER.substring(0, 20))
                && !last("answer").equals(ANSWER);
    }

    private void untilWhole() {
        browser.until(() -> browser.text("state").equals("done"));
        assertThat(last("answer")).isEqualTo(ANSWER);
    }
}
