package dev.freshet.log;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The topics that retain nothing to resume from and were written to. Their events expire much sooner than others, so
 * these topics are in a set of their own until they hold none. Guarded by the lock of {@link HubLog}.
 */
final class FleetingTopics {
    /** The logs, the one that was written to longest ago first. Older events of a log expire when it is written to. */
    private final Set<TopicLog> logs = new LinkedHashSet<>();

    void written(TopicLog log) {
        if (!log.isResumable()) {
            logs.remove(log);
            logs.add(log);
        }
    }

    boolean isEmpty() {
        return logs.isEmpty();
    }

    /**
     * Evicts the events that are too old.
     *
     * @param emptied called with each log that has no events any more
     */
    void expire(long uptime, Consumer<TopicLog> emptied) {
        for (Iterator<TopicLog> oldest = logs.iterator(); oldest.hasNext(); ) {
            TopicLog log = oldest.next();
            log.expire(uptime);
            if (log.events() > 0) {
                return;
            }
            oldest.remove();
            emptied.accept(log);
        }
    }
}
