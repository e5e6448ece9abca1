package dev.freshet.harness;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A JUnit extension that replaces {@code System.err} during each test, and reads the log output of all threads. */
public final class LogReader implements BeforeEachCallback, AfterEachCallback {
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    @Override
    public void beforeEach(ExtensionContext test) {
        begin();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        end();
    }

    private void begin() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    private void end() {
        System.setErr(before);
    }

    /** Returns the log output while the code runs. */
    public static String logged(Runnable code) {
        LogReader reader = new LogReader();
        reader.begin();
        try {
            code.run();
        } finally {
            reader.end();
        }
        return reader.text();
    }

    /** Returns the log output so far. */
    public String text() {
        return log.toString(StandardCharsets.UTF_8);
    }
}
