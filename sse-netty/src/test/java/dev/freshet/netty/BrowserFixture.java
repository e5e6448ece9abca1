package dev.freshet.netty;

import dev.freshet.harness.Chromium;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A server for each test, and one browser for those of a class, which takes any certificate, and for which {@code app.example} is the loopback. */
abstract class BrowserFixture extends ServerFixture {
    private static @Nullable Chromium started;

    @BeforeAll
    static void startTheBrowser() throws IOException {
        started = Chromium.start("--ignore-certificate-errors", "--host-resolver-rules=MAP app.example 127.0.0.1");
    }

    @AfterAll
    static void endTheBrowser() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    static Chromium chromium() {
        return Objects.requireNonNull(started);
    }
}
