package dev.freshet.log;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ends of topics, kept for a time that does not depend on the retention of the events. They are bounded in bytes:
 * over the bound the oldest are dropped first. Guarded by the lock of {@link HubLog}.
 */
final class Ends {
    /** The bytes that an end takes: the entry of a map, the end, its ids. */
    private static final int ENTRY_BYTES = 192;

    private final Map<String, TopicEnd> byTopic = new LinkedHashMap<>();
    private final long keepMillis;
    private final long mostBytes;
    private final MemoryBudget budget;
    private long bytes;

    Ends(long keepMillis, long mostBytes, MemoryBudget budget) {
        this.keepMillis = keepMillis;
        this.mostBytes = mostBytes;
        this.budget = budget;
    }

    void add(String topic, TopicEnd end) {
        remove(topic);
        byTopic.put(topic, end);
        take(bytes(topic));
        Iterator<Map.Entry<String, TopicEnd>> oldest = byTopic.entrySet().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            take(-bytes(oldest.next().getKey()));
            oldest.remove();
        }
    }

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    @Nullable
    TopicEnd find(String topic) {
        return byTopic.get(topic);
    }

    void remove(String topic) {
        if (byTopic.remove(topic) != null) {
            take(-bytes(topic));
        }
    }

    /** Drops the ends whose time is over. */
    void expire(long now) {
        Iterator<Map.Entry<String, TopicEnd>> oldest = byTopic.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, TopicEnd> entry = oldest.next();
            if (!isOver(entry.getValue(), now)) {
                return;
            }
            oldest.remove();
            take(-bytes(entry.getKey()));
        }
    }

    boolean isOver(TopicEnd end, long now) {
        return now - end.time() >= keepMillis;
    }

    private void take(long more) {
        bytes += more;
        budget.take(more);
    }

    private static long bytes(String topic) {
        return ENTRY_BYTES + 2L * topic.length();
    }
}
