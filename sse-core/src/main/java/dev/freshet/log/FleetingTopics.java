package dev.freshet.log;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The topics that keep nothing to resume from and have events still. Those are dropped much sooner than others, so that they
 * are not looked for among all topics. Guarded by the lock of {@link HubLog}.
 */
final class FleetingTopics {
    /** Who was written to longest ago first; what is older in one that is written to goes then. */
    private final Set<TopicLog> logs = new LinkedHashSet<>();

    void written(TopicLog log) {
        if (!log.isResumable() && log.events() > 0) {
            logs.remove(log);
            logs.add(log);
        }
    }

    boolean isEmpty() {
        return logs.isEmpty();
    }

    /** Drops what is too old, and has it told which topics have nothing more. */
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
