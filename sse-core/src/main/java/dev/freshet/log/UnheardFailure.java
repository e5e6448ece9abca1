package dev.freshet.log;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.helpers.FormattingTuple;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPLogger;

/**
 * The first failure that nobody would hear of, for SLF4J has no provider: it is told by {@link System.Logger}, once in a process,
 * and what to add. For the modules of this library. Thread-safe.
 */
public final class UnheardFailure {
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private UnheardFailure() {}

    /** Logs a warning, and tells it where nobody would hear of that; as {@link #tell}. */
    public static void warn(Logger logger, String format, @Nullable Object... values) {
        logger.warn(format, values);
        tell(logger, format, values);
    }

    /**
     * Tells it where the logger drops what it is given.
     *
     * @param logger what the failure is told, too
     * @param format as SLF4J formats it; a throwable may be the last of the values
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
