package dev.freshet.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.LogReader;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/** What is told of failures while SLF4J drops them; once in a process, so by one test. */
class FallbackLogTest {
    /** The logger behind the {@link System.Logger} of the JDK. */
    private static final Logger SYSTEM = Logger.getLogger("dev.freshet");

    private static final class Records extends Handler {
        final List<LogRecord> records = new ArrayList<>();

        @Override
        public void publish(LogRecord told) {
            records.add(told);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void theFirstFailureThatNoProviderTakesIsToldAndNoOther() {
        Records told = new Records();
        SYSTEM.addHandler(told);
        SYSTEM.setUseParentHandlers(false);
        try {
            FallbackLog.warn(LoggerFactory.getLogger("dev.freshet.logging"), "taken by {}", "a provider");
            assertThat(told.records).isEmpty();

            IllegalStateException failure = new IllegalStateException("as the test wants");
            FallbackLog.warn(NOPLogger.NOP_LOGGER, "{} failed", "the first", failure);
            FallbackLog.warn(NOPLogger.NOP_LOGGER, "{} failed", "the second", failure);
            assertThat(told.records).hasSize(1);
            LogRecord first = told.records.get(0);
            assertThat(first.getLevel()).isEqualTo(Level.WARNING);
            assertThat(first.getMessage())
                    .startsWith("the first failed (told once only: SLF4J has no provider")
                    .contains("org.slf4j:slf4j-simple");
            assertThat(first.getThrown()).isSameAs(failure);
        } finally {
            SYSTEM.setUseParentHandlers(true);
            SYSTEM.removeHandler(told);
        }
    }

    @Test
    void aWarningIsLoggedByTheLoggerThatItIsFor() {
        String logged = LogReader.logged(
                () -> FallbackLog.warn(LoggerFactory.getLogger("dev.freshet.logging"), "{} failed", "a task"));
        assertThat(logged).contains("WARN dev.freshet.logging - a task failed");
    }
}
