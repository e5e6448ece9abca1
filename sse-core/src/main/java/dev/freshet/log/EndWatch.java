package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.logging.FallbackLog;
import dev.freshet.logging.LogText;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A waker that runs an action once, when a topic that was started has ended or was removed. The action runs on the
 * thread that writes the end, outside the lock of {@link HubLog}. Thread-safe.
 */
final class EndWatch implements Waker {
    private static final Logger logger = LoggerFactory.getLogger(LogState.LOGGER);

    private final TopicLog log;
    private final AtomicReference<@Nullable Runnable> action;

    private EndWatch(TopicLog log, Runnable action) {
        this.log = log;
        this.action = new AtomicReference<>(action);
    }

    /**
     * Registers an action, or runs it at once if the topic that was started there is not open any more. Not called
     * under the lock.
     */
    static void begin(LogState state, Topics topics, String topic, EventId start, Runnable action) {
        boolean isOpen = state.underLock(() -> {
            TopicLog log = topics.known(topic);
            if (log == null || log.isEnded() || !start.equals(log.life().start())) {
                return false;
            }
            log.addWaker(new EndWatch(log, action));
            return true;
        });
        if (!isOpen) {
            action.run();
        }
    }

    @Override
    public void wake() {
        if (log.isEnded()) {
            Runnable due = action.getAndSet(null);
            if (due != null) {
                try {
                    due.run();
                } catch (Throwable e) { // the entry is kept, and the other wakers are still to be called
                    FallbackLog.warn(logger, "what waits for the end of a topic failed", LogText.escaped(e));
                }
            }
        }
    }
}
