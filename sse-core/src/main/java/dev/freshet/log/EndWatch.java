package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has an action run once, when a topic that was started has ended or was removed: by the thread that writes that, outside the lock
 * of {@link HubLog}.
 */
final class EndWatch implements Waker {
    private static final Logger logger = LoggerFactory.getLogger(LogState.LOGGER);

    private final TopicLog log;
    private final AtomicReference<@Nullable Runnable> action;

    private EndWatch(TopicLog log, Runnable action) {
        this.log = log;
        this.action = new AtomicReference<>(action);
    }

    /** Not under the lock; runs the action where the topic is not open any more as it was started. */
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
                } catch (Throwable e) { // the entry is kept, and others are to be woken
                    UnheardFailure.warn(logger, "what waits for the end of a topic failed", e);
                }
            }
        }
    }
}
