package dev.freshet.hub;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of started topics. Each is due a fixed delay after it was put. Guarded by {@link TopicLeases}. */
final class DueTopics {
    /** A started topic that has not ended. */
    static final class Open {
        final String topic;
        final EventId start;
        final TopicLease lease;
        /** The time at which the tail delivered the last entry of the node that runs the topic, by the ticker. */
        long lastEntryAt;
        /** Whether this node has started the topic, or has published an end to it. */
        boolean isOurs;
        /** Whether no other node runs the topic, so that it is ended without a probe. */
        boolean isOrphan;
        /** The number of disturbances of the store when its node was probed. */
        long disturbances;
        /** The decision that its second probe is pending for, or null. */
        @Nullable
        Due decision;

        private long put;

        Open(String topic, EventId start, TopicLease lease, long lastEntryAt) {
            this.topic = topic;
            this.start = start;
            this.lease = lease;
            this.lastEntryAt = lastEntryAt;
        }
    }

    /**
     * A snapshot of a topic that is due, taken under the lock of the leases.
     *
     * @param at the time at which it was due, by the ticker
     */
    record Due(Open topic, boolean isOrphan, long lastEntryAt, long disturbances, long at) {
        Due(Open topic, long now) {
            this(topic, topic.isOrphan, topic.lastEntryAt, topic.disturbances, now);
        }

        /** Returns whether its node has had no entry since, and this is the decision that its second probe is for. */
        boolean isUnanswered() {
            return topic.lastEntryAt == lastEntryAt && equals(topic.decision);
        }

        /** Records that this is decided, or that its second probe was not kept. */
        void decided() {
            if (equals(topic.decision)) {
                topic.decision = null;
            }
        }
    }

    private final Map<String, Open> byTopic = new LinkedHashMap<>();
    /** The topics that are due at the next check, regardless of their delay. */
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

    /** Puts a topic that is due at the next check, whatever the others of this list are. */
    void putDue(Open topic, long now) {
        put(topic, now);
        dueAgain(topic);
    }

    void remove(String topic) {
        byTopic.remove(topic);
        again.remove(topic);
    }

    /** Makes a topic due at the next check, if it is in this list. */
    void dueAgain(Open topic) {
        if (byTopic.get(topic.topic) == topic) {
            again.put(topic.topic, topic);
        }
    }

    /** Returns the topics that are due, and restarts their delays. */
    List<Open> due(long now) {
        List<Open> due = dueRegardless(now);
        due.addAll(inTime(now));
        return due;
    }

    /** Returns the topics that are due regardless of their delay, and restarts their delays. */
    List<Open> dueRegardless(long now) {
        List<Open> due = new ArrayList<>(again.values());
        due.forEach(each -> put(each, now));
        return due;
    }

    /** Returns the topics whose delay has passed, and restarts their delays. */
    List<Open> inTime(long now) {
        List<Open> due = new ArrayList<>();
        for (Open oldest : byTopic.values()) {
            if (now - oldest.put < delay) {
                break;
            }
            due.add(oldest);
        }
        due.forEach(each -> put(each, now));
        return due;
    }

    /** Returns all topics. */
    List<Open> all() {
        return List.copyOf(byTopic.values());
    }
}
