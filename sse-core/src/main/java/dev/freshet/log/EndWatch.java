package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has an action run once, when a topic that was started has ended or was removed: by the thread that writes that, outside the lock
 * of {@link HubLog}.
 */
final class EndWatch implements Waker {
    private final TopicLog log;
    private final AtomicReference<@Nullable Runnable> action;

    private EndWatch(TopicLog log, Runnable action) {
        this.log = log;
        this.action = new AtomicReference<>(action);
    }

    /** Not under the lock; runs the action where the topic is not open any more as it was started. */
    static void begin(HubLog owner, Topics topics, String topic, EventId start, Runnable action) {
        boolean isOpen = owner.underLock(() -> {
            TopicLog log = topics.open(topic, start);
            if (log != null) {
                log.addWaker(new EndWatch(log, action));
            }
            return log != null;
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
                due.run();
            }
        }
    }
}
