package dev.freshet.logging;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.helpers.FormattingTuple;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPLogger;

/**
 * A fallback for failures that are logged while SLF4J has no provider. The first such failure of a process is logged by
 * {@link System.Logger}, with the advice to add a provider. For the modules of this library only. Thread-safe.
 */
public final class FallbackLog {
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private FallbackLog() {}

    /** Logs a warning, and calls {@link #tell} with it. */
    public static void warn(Logger logger, String format, @Nullable Object... values) {
        logger.warn(format, values);
        tell(logger, format, values);
    }

    /**
     * Logs a failure by {@link System.Logger} if the SLF4J logger drops it.
     *
     * @param logger the logger that the failure is logged to
     * @param format a format of SLF4J; the last of the values may be a throwable
     */
    public static void tell(Logger logger, String format, @Nullable Object... values) {
        if (logger instanceof NOPLogger && !TOLD.getAndSet(true)) {
            FormattingTuple text = MessageFormatter.arrayFormat(format, values);
            System.getLogger("dev.freshet")
                    .log(
                            System.Logger.Level.WARNING,
                            text.getMessage()
                                    + " (told once only: SLF4J has no provider for what else there is to log; add one, such as"
                                    + " ch.qos.logback:logback-classic or org.slf4j:slf4j-simple)",
                            text.getThrowable());
        }
    }
}
