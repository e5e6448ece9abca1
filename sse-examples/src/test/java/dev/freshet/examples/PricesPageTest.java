package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.harness.Chromium;
import dev.freshet.netty.SseConnection;
import dev.freshet.netty.SseListener;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.logging.LogType;

/** The page of the prices in a real Chromium. */
@Tag("browser")
class PricesPageTest {

    private final List<ResumeOutcome> starts = new CopyOnWriteArrayList<>();
    private PriceTable prices;
    private Chromium browser;

    @BeforeEach
    void open() throws Exception {
        browser = Chromium.start();
        prices = PriceTable.start(
                Duration.ofMillis(20),
                SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .retry(Duration.ofMillis(100), Duration.ofMillis(200))
                        .listener(new SseListener() {
                            @Override
                            public void opened(SseConnection connection, ResumeOutcome outcome) {
                                starts.add(outcome);
                            }
                        }));
        browser.open("http://127.0.0.1:" + prices.server().address().getPort() + "/");
    }

    @AfterEach
    void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (prices != null) {
            prices.close();
        }
    }

    private int changes() {
        return Integer.parseInt(browser.text("changes"));
    }

    @Test
    void theTableIsFilledAndChanges() {
        browser.until(() -> browser.text("state").equals("live") && changes() > 0);

        assertThat(browser.text("rows").lines()).hasSize(7).allMatch(row -> row.matches("[A-Z]{5}\\s.*[▲▼] .* %"));
        String before = browser.text("rows");
        browser.until(() -> !browser.text("rows").equals(before));
        assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll())
                .isEmpty();
    }

    @Test
    void aRowFlashesAtEachOfItsChanges() {
        browser.run("window.flashes = 0; return addEventListener('animationstart', ({animationName}) => {"
                + " window.flashes += animationName === 'changed'; }) ?? true");

        browser.await("return window.flashes > 7"); // more than there are rows: at least one has flashed again
    }

    @Test
    void whereTheStreamWasCutOffNoSecondTableIsReceived() {
        browser.until(() -> changes() > 0);

        assertThat(prices.server().connections().close(connection -> true)).isEqualTo(1);

        browser.until(() -> starts.size() == 2);
        int before = changes();
        browser.until(() -> changes() > before && browser.text("state").equals("live"));
        assertThat(starts).containsExactly(ResumeOutcome.FRESH, ResumeOutcome.RESUMED);
        assertThat(browser.text("tables")).isEqualTo("1");
    }
}
