package dev.freshet.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium with a profile of its own, which is deleted at the close. Not thread-safe. */
public final class Chromium implements AutoCloseable {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;
    private final Path profile;

    private Chromium(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    /**
     * Starts a browser. If it is not installed, the test is skipped; it fails if {@code freshet.browser.required} is
     * true.
     *
     * @param more further arguments of the command line of Chromium
     */
    public static Chromium start(String... more) throws IOException {
        requireInstalled(BROWSER);
        requireInstalled(DRIVER);
        Path profile = Files.createTempDirectory("freshet-chromium");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
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
        options.addArguments(more);
        SELENIUM.setLevel(Level.SEVERE); // it warns about each browser that is newer than Selenium
        // Both executables are named, so that Selenium neither searches for nor downloads any.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        try {
            return new Chromium(new ChromeDriver(service, options), profile);
        } catch (RuntimeException e) {
            service.stop();
            delete(profile);
            throw e;
        }
    }

    private static void requireInstalled(Path program) {
        if (Files.isExecutable(program)) {
            return;
        }
        if (Boolean.getBoolean("freshet.browser.required")) {
            throw new AssertionError("browser tests are required, but " + program + " was not found");
        }
        String message = "SKIPPED: browser tests: " + program + " not found";
        System.err.println(message);
        assumeTrue(false, message);
    }

    /** Returns the driver, for what this class does not offer. */
    public ChromeDriver driver() {
        return driver;
    }

    /** Loads a page in the current tab. */
    public void open(String url) {
        driver.get(url);
    }

    /** Opens a tab in the foreground; scripts run in it from then on. Returns its handle. */
    public String openTab(String url) {
        driver.switchTo().newWindow(WindowType.TAB);
        driver.get(url);
        return driver.getWindowHandle();
    }

    /** Selects the tab in which scripts run; it is not brought to the foreground. */
    public void use(String tab) {
        driver.switchTo().window(tab);
    }

    /** Closes tabs; scripts run in the first remaining one. */
    public void closeTabs(Collection<String> tabs) {
        for (String tab : tabs) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(driver.getWindowHandles().iterator().next());
    }

    /** Runs a script. Returns its result, which must not be null. */
    public Object run(String script, @Nullable Object... arguments) {
        return Objects.requireNonNull(driver.executeScript(script, arguments), script);
    }

    /** Waits until a script returns true. */
    public void await(String script, @Nullable Object... arguments) {
        new WebDriverWait(driver, PATIENCE, POLL_INTERVAL)
                .withMessage(() -> script + "; the page: " + driver.executeScript("return window.summary?.()"))
                .until(any -> Boolean.TRUE.equals(driver.executeScript(script, arguments)));
    }

    /** Waits until a condition holds, which may run scripts. */
    public void until(BooleanSupplier condition) {
        new WebDriverWait(driver, PATIENCE, POLL_INTERVAL).until(any -> condition.getAsBoolean());
    }

    /**
     * Returns the text of an element as rendered. One script does it, because an element that the page replaces would
     * be stale between two.
     */
    public String text(String id) {
        return (String) run("return document.getElementById(arguments[0]).innerText", id);
    }

    @Override
    public void close() throws IOException {
        try {
            driver.quit();
        } finally {
            delete(profile);
        }
    }

    /** Deletes a folder. Retries while a process of the browser that is ending still writes to it. */
    private static void delete(Path directory) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.exists(directory)) {
            try {
                Files.walkFileTree(directory, new Deletion());
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            }
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
