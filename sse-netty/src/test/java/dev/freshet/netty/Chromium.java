package dev.freshet.netty;

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
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium with a profile of its own, which is deleted with it. For one thread. */
final class Chromium implements AutoCloseable {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final ChromeDriver driver;
    private final Path profile;

    private Chromium(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    /** Starts one, with more arguments; where there is none to start, the tests are skipped, or fail where the build requires them. */
    static Chromium start(String... more) throws IOException {
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
                "--user-data-dir=" + profile);
        options.addArguments(more);
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

    void open(String url) {
        driver.get(url);
    }

    /** A tab more, in front of the others; scripts run there from then on. */
    String openTab(String url) {
        driver.switchTo().newWindow(WindowType.TAB);
        driver.get(url);
        return driver.getWindowHandle();
    }

    /** Has scripts run in another tab; where it stands does not change. */
    void use(String tab) {
        driver.switchTo().window(tab);
    }

    /** Closes tabs; scripts run in the one that was first. */
    void closeTabs(Collection<String> tabs) {
        for (String tab : tabs) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(driver.getWindowHandles().iterator().next());
    }

    /** What a script returns, which must not be null. */
    Object run(String script, @Nullable Object... arguments) {
        return Objects.requireNonNull(driver.executeScript(script, arguments), script);
    }

    /** Waits until a script returns true. */
    void await(String script, @Nullable Object... arguments) {
        new WebDriverWait(driver, PATIENCE, LOOK_EVERY)
                .withMessage(() -> script + "; the page: " + driver.executeScript("return window.summary?.()"))
                .until(any -> Boolean.TRUE.equals(driver.executeScript(script, arguments)));
    }

    @Override
    public void close() throws IOException {
        try {
            driver.quit();
        } finally {
            delete(profile);
        }
    }

    /** A process of the browser that is just ending may still write: then again, until it has ended. */
    private static void delete(Path directory) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.exists(directory)) {
            try {
                Files.walkFileTree(directory, new Deletion());
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
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
