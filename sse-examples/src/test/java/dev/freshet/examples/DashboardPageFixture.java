package dev.freshet.examples;

import dev.freshet.harness.Chromium;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A dashboard and a browser for each test. */
abstract class DashboardPageFixture {
    @SuppressWarnings("NullAway.Init")
    DashboardPage page;

    @SuppressWarnings("NullAway.Init")
    Chromium browser;

    @BeforeEach
    void open() throws Exception {
        page = DashboardPage.open();
        browser = page.browser();
    }

    @AfterEach
    @SuppressWarnings("RedundantNullCheck")
    void close() throws IOException {
        if (page != null) {
            page.close();
        }
    }
}
