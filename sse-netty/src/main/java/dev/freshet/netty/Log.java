package dev.freshet.netty;

import dev.freshet.logging.FallbackLog;
import dev.freshet.logging.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library's log. Clients choose much of its text, so control characters are escaped. Thread-safe.
 *
 * @see LogText
 */
final class Log {
    private static final Logger logger = LoggerFactory.getLogger("dev.freshet.netty");

    private Log() {}

    /** Logs at DEBUG, as SLF4J formats it; a throwable may be the last of the values. */
    static void debug(String format, @Nullable Object... values) {
        if (logger.isDebugEnabled()) {
            logger.debug(format, LogText.escaped(values));
        }
    }

    /** Logs at WARN, as SLF4J formats it; a throwable may be the last of the values. */
    static void warn(String format, @Nullable Object... values) {
        FallbackLog.warn(logger, format, LogText.escaped(values));
    }

    /** Logs at ERROR, as SLF4J formats it; a throwable may be the last of the values. */
    static void error(String format, @Nullable Object... values) {
        Object[] escaped = LogText.escaped(values);
        logger.error(format, escaped);
        FallbackLog.tell(logger, format, escaped);
    }
}
