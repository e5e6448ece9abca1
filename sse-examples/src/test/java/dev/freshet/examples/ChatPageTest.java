package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.Chromium;
import java.io.IOException;
import java.util.List;
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

    private ChatPage page;
    private Chromium browser;

    @BeforeEach
    void open() throws Exception {
        page = ChatPage.open();
        browser = page.browser();
    }

    @AfterEach
    void close() throws IOException {
        if (page != null) {
            page.close();
        }
    }

    @Test
    void anAnswerGrowsTokenByToken() {
        page.ask();
        browser.until(() -> page.isBegun() && browser.text("state").equals("writing"));
        page.pen().goOn();
        page.untilWhole();
        assertThat(page.last("prompt")).isEqualTo(ChatPage.PROMPT);
        assertThat(browser.driver().findElements(By.cssSelector(".turn:last-child .answer span")))
                .hasSameSizeAs(Storyteller.answer(ChatPage.PROMPT));
        assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll())
                .isEmpty();
    }

    @Test
    void anAnswerIsResumedAfterAReloadInTheMiddle() {
        page.ask();
        browser.until(page::isBegun);
        browser.driver().navigate().refresh();
        browser.until(() -> page.isBegun() && browser.text("state").equals("writing"));
        page.pen().goOn();
        page.untilWhole();
        browser.until(() -> browser.text("report").startsWith("Resumed: "));
        assertThat(page.last("prompt")).isEqualTo(ChatPage.PROMPT);
    }

    @Test
    void anAnswerIsResumedAfterASecondReload() {
        page.ask();
        browser.until(page::isBegun);
        for (int i = 0; i < 2; i++) {
            browser.driver().navigate().refresh();
            browser.until(() -> page.isBegun() && browser.text("state").equals("writing"));
        }
        page.pen().goOn();
        page.untilWhole();
    }

    @Test
    void aReloadAfterTheEndShowsWhatThereWas() {
        page.pen().goOn();
        page.ask();
        page.untilWhole();
        browser.driver().navigate().refresh();
        page.untilWhole();
        assertThat(browser.text("report")).isEqualTo("This tab has all that was written.");
    }

    @Test
    void aSecondTabFollowsTheSameAnswer() {
        page.ask();
        browser.until(page::isBegun);
        String link = browser.driver().getCurrentUrl();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        browser.open(link);
        browser.until(page::isBegun);
        page.pen().goOn();
        page.untilWhole();
        assertThat(page.last("prompt")).isEqualTo(ChatPage.PROMPT);
    }

    @Test
    void aPromptWhoseAnswerWasCutOffBeforeItBeganIsAskedAgain() {
        page.pen().goOn();
        browser.driver().executeScript("""
                const network = window.fetch;
                window.fetch = async () => {
                  window.fetch = network;
                  return new Response('');
                };
                """);
        page.ask();
        page.untilWhole();
        assertThat(browser.driver().findElements(By.className("turn"))).hasSize(1);
    }

    @Test
    void aReloadBeforeTheAnswerBeginsLosesNothing() {
        browser.driver().executeScript("""
                const network = window.fetch;
                window.fetch = (...request) => network(...request).then(() => new Promise(() => window.asked = true));
                """);
        page.ask();
        browser.until(() -> Boolean.TRUE.equals(browser.driver().executeScript("return window.asked")));
        assertThat(browser.driver().findElement(By.id("stop")).isDisplayed()).isTrue();

        browser.driver().navigate().refresh();

        browser.until(page::isBegun);
        assertThat(page.last("prompt")).isEqualTo(ChatPage.PROMPT);
        page.pen().goOn();
        page.untilWhole();
    }

    @Test
    void aBadGatewayDoesNotEndAnAnswer() {
        page.ask();
        browser.until(page::isBegun);
        page.gateway().refuse();
        browser.driver().navigate().refresh();
        browser.until(() -> page.gateway().refused() >= 2);
        assertThat(browser.text("state")).isEqualTo("resuming");
        page.gateway().goOn();
        page.pen().goOn();
        page.untilWhole();
    }

    @Test
    void anAnswerThatIsNoLongerThereIsLost() {
        browser.open(browser.driver().getCurrentUrl() + "#nobody");
        browser.driver().navigate().refresh();
        browser.until(() -> browser.text("state").equals("failed"));
        assertThat(browser.text("report")).isEqualTo("This answer is no longer there.");

        browser.driver().navigate().refresh();
        browser.until(() -> browser.text("state").equals("failed"));
        assertThat(browser.text("report")).isEqualTo("This answer is no longer there.");
    }

    @Test
    void aPromptThatIsRefusedIsToldWhy() {
        browser.driver().executeScript("question.value = 'x'.repeat(501); ask.requestSubmit()");
        browser.until(() -> browser.text("problem").equals("prompt: 501 characters (expected: 1 to 500)"));
        assertThat(browser.text("state")).isEqualTo("failed");
        assertThat(browser.driver().findElement(By.id("send")).isDisplayed()).isTrue();
    }

    @Test
    void anAnswerOfAnotherTabIsFollowedAndStoppedBesideOnesOwn() {
        page.ask();
        browser.until(page::isBegun);
        String linked = page.idInUrl();
        String url = browser.driver().getCurrentUrl();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        browser.open(url.replaceAll("#.*", ""));
        page.pen().halt();
        page.ask();
        browser.until(() -> browser.text("state").equals("writing"));
        String own = page.idInUrl();

        browser.open(url);
        browser.driver().navigate().refresh();
        browser.until(page::isBegun);
        browser.driver().findElement(By.id("stop")).click();

        browser.until(() -> page.turn(linked).contains("cancelled"));
        assertThat(page.turn(own)).contains("running");
        page.pen().goOn();
        browser.until(() -> page.turn(own).contains("done"));
        assertThat(browser.driver()
                        .findElement(By.cssSelector("#turn-" + own + " .answer"))
                        .getText())
                .isEqualTo(ChatPage.ANSWER);
    }

    @Test
    void allTurnsAreThereAfterAReloadAndTheOneThatRunsGoesOn() {
        page.pen().goOn();
        page.ask();
        page.untilWhole();
        page.pen().halt();
        page.ask();
        browser.until(page::isBegun);

        browser.driver().navigate().refresh();

        browser.until(page::isBegun);
        List<WebElement> turns = browser.driver().findElements(By.className("turn"));
        assertThat(turns).hasSize(2);
        assertThat(turns.get(0).findElement(By.className("prompt")).getText()).isEqualTo(ChatPage.PROMPT);
        assertThat(turns.get(0).findElement(By.className("answer")).getText()).isEqualTo(ChatPage.ANSWER);
        page.pen().goOn();
        page.untilWhole();
    }

    @Test
    void theStopButtonEndsTheAnswerOnTheServer() {
        page.ask();
        browser.until(() ->
                page.isBegun() && browser.driver().findElement(By.id("stop")).isEnabled());

        browser.driver().findElement(By.id("stop")).click();

        browser.until(() -> browser.text("state").equals("stopped"));
        page.pen().goOn();
        String id = page.idInUrl();
        Caller caller = new Caller(page.server());
        assertThat(caller.get("/api/chat?id=" + id).body())
                .contains("event: cancelled")
                .doesNotContain("event: done");

        browser.driver().navigate().refresh();
        browser.until(() -> browser.text("state").equals("stopped"));
        assertThat(ChatPage.ANSWER).startsWith(page.last("answer"));
    }

    @Test
    void anAnswerThatFailedSaysSoBehindWhatWasWrittenAndAnotherPromptCanBeAsked() {
        page.ask();
        browser.until(page::isBegun);

        page.fail(page.idInUrl());

        browser.until(() -> browser.text("state").equals("failed"));
        assertThat(browser.text("report")).startsWith("The answer failed on the server");
        assertThat(page.turn(page.idInUrl())).isEqualTo("turn error");
        assertThat(ChatPage.ANSWER).startsWith(page.last("answer")).isNotEqualTo(page.last("answer"));
        assertThat(browser.driver().findElement(By.id("send")).isDisplayed()).isTrue();
        browser.driver().navigate().refresh();
        browser.until(() -> browser.text("state").equals("failed"));
    }

    @Test
    void anAnswerThatWasResumedCanBeStopped() {
        page.ask();
        browser.until(page::isBegun);
        browser.driver().navigate().refresh();
        browser.until(() -> page.isBegun() && browser.text("state").equals("writing"));

        browser.driver().findElement(By.id("stop")).click();

        browser.until(() -> browser.text("state").equals("stopped"));
        assertThat(browser.driver().findElement(By.id("send")).isDisplayed()).isTrue();
    }
}
