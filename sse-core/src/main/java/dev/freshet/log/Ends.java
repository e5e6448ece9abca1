package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ends of topics, remembered for a time whatever has become of the events, and bounded in bytes: over the bound the
 * oldest go first. Guarded by the lock of {@link HubLog}.
 */
final class Ends {
    /** A map's entry, the end, its ids. */
    private static final int ENTRY_BYTES = 192;

    /** Where a topic began, or null where it was not started, and its last event. */
    record End(@Nullable EventId start, EventId last) {}

    private final Map<String, End> byTopic = new LinkedHashMap<>();
    private final long keepMillis;
    private final long mostBytes;
    private long bytes;

    Ends(long keepMillis, long mostBytes) {
        this.keepMillis = keepMillis;
        this.mostBytes = mostBytes;
    }

    void add(String topic, @Nullable EventId start, EventId last) {
        remove(topic);
        byTopic.put(topic, new End(start, last));
        bytes += bytes(topic);
        Iterator<Map.Entry<String, End>> oldest = byTopic.entrySet().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            bytes -= bytes(oldest.next().getKey());
            oldest.remove();
        }
    }

    @Nullable
    End find(String topic) {
        return byTopic.get(topic);
    }

    void remove(String topic) {
        if (byTopic.remove(topic) != null) {
            bytes -= bytes(topic);
        }
    }

    /** Drops those whose time is over. */
    void expire(long now) {
        Iterator<Map.Entry<String, End>> oldest = byTopic.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, End> entry = oldest.next();
            if (!isOver(entry.getValue().last(), now)) {
                return;
            }
            oldest.remove();
            bytes -= bytes(entry.getKey());
        }
    }

    /** By the time in the id, which all nodes on a store have alike. */
    boolean isOver(EventId last, long now) {
        return now - last.millis() >= keepMillis;
    }

    private static long bytes(String topic) {
        return ENTRY_BYTES + 2L * topic.length();
    }
}
