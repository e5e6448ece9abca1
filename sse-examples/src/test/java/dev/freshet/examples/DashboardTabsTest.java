package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;

/** The one stream that all tabs of the dashboard share, in a real Chromium. */
@Tag("browser")
class DashboardTabsTest extends DashboardPageFixture {

    private static final String NO_WORKERS = "delete window.SharedWorker;";
    private static final String NO_LOCKS = NO_WORKERS + "delete Navigator.prototype.locks;";

    /** With a worker that all share, and as on a phone, where one of the tabs leads. */
    @ParameterizedTest
    @ValueSource(strings = {"", NO_WORKERS})
    void tenTabsShareOneStream(String before) {
        String first = openFirst(before);
        for (int i = 2; i <= 10; i++) {
            page.openTab(before);
        }
        browser.until(() -> browser.text("users-online").equals("1"));

        browser.driver().findElement(By.id("message")).sendKeys("High water at six");
        browser.driver().findElement(By.cssSelector("#notify button")).click();

        for (String tab : browser.driver().getWindowHandles()) {
            browser.driver().switchTo().window(tab);
            browser.until(() -> browser.text("notifications").endsWith("High water at six"));
            page.untilItMoves();
        }
        browser.driver().switchTo().window(first);
        assertThat(browser.text("report")).isEqualTo("No cut yet.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SharedWorker = class { constructor() { throw new DOMException('denied', 'SecurityError'); } };",
                "SharedWorker = class extends SharedWorker { constructor(url, how) { super('missing.js', how); } };",
                NO_LOCKS
            })
    void whereNoWorkerStartsTheTabsShareOneStreamAllTheSame(String before) {
        String first = openFirst(before);
        page.openTab(before);
        untilAllShareOneStream(first);
        assertThat(browser.text("report")).isEqualTo("No cut yet.");
    }

    @Test
    void whereTheTabThatLeadsIsClosedAnotherGoesOnWithNothingLost() {
        String first = openFirst(NO_WORKERS);
        String second = page.openTab(NO_WORKERS);

        browser.driver().switchTo().window(first).close();

        browser.driver().switchTo().window(second);
        untilBackWithNothingLost();
    }

    @Test
    void whereTheTabThatLeadsIsFrozenAnotherGoesOnAndTheFrozenOneFollowsItLater() {
        String first = openFirst(NO_WORKERS);
        String second = page.openTab(NO_WORKERS);
        browser.driver().switchTo().window(first);
        setLifecycle("frozen");

        browser.driver().switchTo().window(second);
        untilBackWithNothingLost();

        browser.driver().switchTo().window(first);
        setLifecycle("active");
        untilBackWithNothingLost();
        untilAllShareOneStream(second);
    }

    @Test
    void whereTheWorkerEndsATabGoesOnWithNothingLost() {
        String first = openFirst("");
        String second = page.openTab("");

        endTheWorker();

        untilBackWithNothingLost();
        browser.driver().switchTo().window(first);
        untilBackWithNothingLost();
        untilAllShareOneStream(second);
    }

    @Test
    void whereTheWorkerEndsTheWorkerOfANewTabGoesOnForAll() {
        String first = openFirst("");

        endTheWorker();
        page.openTab("");

        browser.driver().switchTo().window(first);
        untilBackWithNothingLost();
        untilAllShareOneStream(first);
    }

    private String openFirst(String before) {
        page.onNewPages(before);
        page.load();
        return browser.driver().getWindowHandle();
    }

    private void setLifecycle(String state) {
        browser.driver().executeCdpCommand("Page.setWebLifecycleState", Map.of("state", state));
    }

    private void endTheWorker() {
        Map<String, Object> all = browser.driver().executeCdpCommand("Target.getTargets", Map.of());
        List<String> workers = ((List<?>) all.get("targetInfos"))
                .stream()
                        .map(target -> (Map<?, ?>) target)
                        .filter(target -> "shared_worker".equals(target.get("type")))
                        .map(target -> String.valueOf(target.get("targetId")))
                        .toList();
        assertThat(workers).hasSize(1);
        browser.driver().executeCdpCommand("Target.closeTarget", Map.of("targetId", workers.get(0)));
    }

    private void untilBackWithNothingLost() {
        browser.until(() -> browser.text("report").startsWith("Back after "));
        assertThat(browser.text("report")).contains(" 0 lost.").endsWith("No stream-reset.");
        page.untilItMoves();
    }

    /** Here and in another tab. */
    private void untilAllShareOneStream(String other) {
        page.untilItMoves();
        browser.until(() -> browser.text("users-online").equals("1"));
        browser.driver().switchTo().window(other);
        page.untilItMoves();
        browser.until(() -> browser.text("users-online").equals("1"));
    }
}
