package dev.freshet.examples;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium, where there is one, with a profile of its own. */
final class Browser extends ChromeDriver {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Path profile;

    private Browser(ChromeDriverService driver, ChromeOptions options, Path profile) {
        super(driver, options);
        this.profile = profile;
    }

    /** Starts a browser, or skips the test where there is none; where {@code freshet.browser.required} is true, fails instead. */
    static Browser start() throws IOException {
        if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
            String missing = "browser tests need " + CHROMIUM + " and " + DRIVER;
            if (Boolean.getBoolean("freshet.browser.required")) {
                fail(missing);
            }
            System.out.println("SKIPPED: " + missing);
            Assumptions.abort(missing);
        }
        Path profile = Files.createTempDirectory("freshet-chromium");
        SELENIUM.setLevel(Level.SEVERE); // it warns of each browser that is newer than itself
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,1600",
                "--user-data-dir=" + profile);
        return new Browser(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options,
                profile);
    }

    /** The text of an element as it is shown, in one step: a page that draws it anew would make it stale between two. */
    String text(String id) {
        return (String) executeScript("return document.getElementById(arguments[0]).innerText", id);
    }

    void until(BooleanSupplier condition) {
        new WebDriverWait(this, PATIENCE, LOOK_EVERY).until(driver -> condition.getAsBoolean());
    }

    /** The profile goes with it. */
    @Override
    public void quit() {
        super.quit();
        try {
            delete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process of the browser that is just ending may still write: then again, until it has ended. */
    private void delete() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.exists(profile)) {
            try (Stream<Path> all = Files.walk(profile)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            } catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }
}
