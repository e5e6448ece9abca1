package dev.freshet.hub;

import dev.freshet.event.SseEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a started topic of one pattern may be quiet before its node is taken for dead, and the topics that are open.
 * Guarded by {@link TopicLeases}.
 *
 * <p>Each is in one of three lists. Those that this node runs: when one was quiet for a third of the time, it is renewed. Those of
 * other nodes: when one was quiet for all of the time, its node is asked. Those whose node was asked, once the tail has brought the
 * question: when one is quiet for another third, it is ended.
 */
final class TopicLease {
    private static final int RENEWALS = 3;
    private static final int LOOKS = 12;

    final SseEvent last;
    final OpenTopics own;
    final OpenTopics others;
    final OpenTopics asked;
    private final long nanos;

    TopicLease(Duration time, SseEvent last) {
        this.last = last;
        this.nanos = time.toNanos();
        this.own = new OpenTopics(nanos / RENEWALS);
        this.others = new OpenTopics(nanos);
        this.asked = new OpenTopics(nanos / RENEWALS);
    }

    /** Between two looks at what is due. */
    long lookNanos() {
        return nanos / LOOKS;
    }

    boolean isOver(OpenTopics.Open topic, long now) {
        return now - topic.heard >= nanos;
    }

    boolean isEmpty() {
        return own.isEmpty() && others.isEmpty() && asked.isEmpty();
    }

    OpenTopics.@Nullable Open find(String topic) {
        OpenTopics.Open found = own.find(topic);
        found = found == null ? others.find(topic) : found;
        return found == null ? asked.find(topic) : found;
    }

    void remove(String topic) {
        own.remove(topic);
        others.remove(topic);
        asked.remove(topic);
    }
}
