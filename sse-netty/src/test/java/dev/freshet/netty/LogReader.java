package dev.freshet.netty;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Reads what is logged while a test runs, by whatever thread: {@code System.err} is this one's until then. */
final class LogReader implements BeforeEachCallback, AfterEachCallback {
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

    /** What is logged while the code runs. */
    static String logged(Runnable code) {
        LogReader reader = new LogReader();
        reader.begin();
        try {
            code.run();
        } finally {
            reader.end();
        }
        return reader.text();
    }

    /** All that was logged so far. */
    String text() {
        return log.toString(StandardCharsets.UTF_8);
    }
}
