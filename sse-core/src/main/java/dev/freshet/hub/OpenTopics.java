package dev.freshet.hub;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Started topics that are each due so long after they were put here, in that order. Guarded by {@link TopicLeases}. */
final class OpenTopics {
    /** One of them. */
    static final class Open {
        final String topic;
        final EventId start;
        final TopicLease lease;
        /** When the tail brought the last entry of who runs it. */
        long heard;
        /** This node started it, or gave it an end. */
        boolean isOurs;
        /** No other node runs it: it is ended without a question. */
        boolean isOrphan;
        /** How often the store was disturbed when its node was asked. */
        long disturbances;

        private long put;

        Open(String topic, EventId start, TopicLease lease, long heard) {
            this.topic = topic;
            this.start = start;
            this.lease = lease;
            this.heard = heard;
        }
    }

    private final Map<String, Open> byTopic = new LinkedHashMap<>();
    /** Those that are due at the next look, however long they are here. */
    private final Map<String, Open> again = new LinkedHashMap<>();

    private final long delay;

    OpenTopics(long delay) {
        this.delay = delay;
    }

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    @Nullable
    Open find(String topic) {
        return byTopic.get(topic);
    }

    void put(Open topic, long now) {
        remove(topic.topic);
        topic.put = now;
        byTopic.put(topic.topic, topic);
    }

    /** Behind those that are due. */
    void putDue(Open topic, long now) {
        put(topic, now - delay);
    }

    void remove(String topic) {
        byTopic.remove(topic);
        again.remove(topic);
    }

    /** What was due of it was not kept: it is due at the next look, if it is here. */
    void dueAgain(Open topic) {
        if (byTopic.get(topic.topic) == topic) {
            again.put(topic.topic, topic);
        }
    }

    /** Those that are due, which are put here again. */
    List<Open> due(long now) {
        List<Open> due = failed(now);
        due.addAll(inTime(now));
        return due;
    }

    /** Those of which was not kept what was due, which are put here again. */
    List<Open> failed(long now) {
        List<Open> due = new ArrayList<>(again.values());
        due.forEach(each -> put(each, now));
        return due;
    }

    /** Those that have been here for so long, which are put here again. */
    List<Open> inTime(long now) {
        List<Open> due = new ArrayList<>();
        for (Iterator<Open> oldest = byTopic.values().iterator(); oldest.hasNext(); ) {
            Open next = oldest.next();
            if (now - next.put < delay) {
                break;
            }
            oldest.remove();
            due.add(next);
        }
        due.forEach(each -> put(each, now));
        return due;
    }

    /** All of them. */
    List<Open> all() {
        return List.copyOf(byTopic.values());
    }
}
