package dev.freshet.hub;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of started topics. Each is due a fixed delay after it was put here. Guarded by {@link TopicLeases}. */
final class DueTopics {
    /** A started topic that has not ended. */
    static final class Open {
        final String topic;
        final EventId start;
        final TopicLease lease;
        /** When the tail delivered the last entry of the node that runs the topic, by the ticker. */
        long heard;
        /** Whether this node started the topic, or published an end to it. */
        boolean isOurs;
        /** Whether no other node runs it, so that it is ended without a probe. */
        boolean isOrphan;
        /** How often the store was disturbed when its node was probed. */
        long disturbances;
        /** The decision that its second probe is on its way for, or null. */
        @Nullable
        Due decision;

        private long put;

        Open(String topic, EventId start, TopicLease lease, long heard) {
            this.topic = topic;
            this.start = start;
            this.lease = lease;
            this.heard = heard;
        }
    }

    /**
     * A topic that is due, as it was under the lock of the leases.
     *
     * @param at when it was due, by the ticker
     */
    record Due(Open topic, boolean isOrphan, long heard, long disturbances, long at) {
        Due(Open topic, long now) {
            this(topic, topic.isOrphan, topic.heard, topic.disturbances, now);
        }

        /** Whether its node has not been heard of since, and this is the decision that its second probe is for. */
        boolean isSilent() {
            return topic.heard == heard && equals(topic.decision);
        }

        /** Notes that this is decided, or that its second probe was not kept. */
        void decided() {
            if (equals(topic.decision)) {
                topic.decision = null;
            }
        }
    }

    private final Map<String, Open> byTopic = new LinkedHashMap<>();
    /** The topics that are due at the next check, whenever they were put here. */
    private final Map<String, Open> again = new LinkedHashMap<>();

    private final long delay;

    DueTopics(long delay) {
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

    /** Puts a topic that is due at once, after the others that are due. */
    void putDue(Open topic, long now) {
        put(topic, now - delay);
    }

    void remove(String topic) {
        byTopic.remove(topic);
        again.remove(topic);
    }

    /** Makes a topic due at the next check, if it is in this list: the entry about it was not kept. */
    void dueAgain(Open topic) {
        if (byTopic.get(topic.topic) == topic) {
            again.put(topic.topic, topic);
        }
    }

    /** Returns the topics that are due, and restarts their delay. */
    List<Open> due(long now) {
        List<Open> due = failed(now);
        due.addAll(inTime(now));
        return due;
    }

    /** Returns the topics whose last entry was not kept, and restarts their delay. */
    List<Open> failed(long now) {
        List<Open> due = new ArrayList<>(again.values());
        due.forEach(each -> put(each, now));
        return due;
    }

    /** Returns the topics whose delay has passed, and restarts it. */
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

    /** Returns all topics. */
    List<Open> all() {
        return List.copyOf(byTopic.values());
    }
}
