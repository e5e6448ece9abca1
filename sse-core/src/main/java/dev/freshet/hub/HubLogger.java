package dev.freshet.hub;

import dev.freshet.logging.LogText;
import dev.freshet.store.EventStoreException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of the parts of a hub. It has the name of {@link SseHub}, on which the parts do not depend. */
final class HubLogger {
    static final Logger LOGGER = LoggerFactory.getLogger("dev.freshet.hub.SseHub");

    private HubLogger() {}

    /** Returns a failure for a message: that of a store is a sentence, any other is named by its class. Escaped. */
    static String text(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof EventStoreException) {
            try {
                return LogText.escaped(String.valueOf(cause.getMessage()));
            } catch (Throwable e) { // of an application's subclass
                return LogText.escaped(LogText.textOf(cause));
            }
        }
        return LogText.escaped(LogText.textOf(cause));
    }
}
