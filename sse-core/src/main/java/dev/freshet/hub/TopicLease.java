package dev.freshet.hub;

import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long a started topic of one pattern may be quiet before its node is taken for dead, and the topics that are open.
 * Guarded by {@link TopicLeases}.
 *
 * <p>Each is in one of three lists. Those that this node runs: when one was quiet for a third of the time, it is renewed. Those of
 * other nodes: when one was quiet for all of the time, its node is asked. Those whose node was asked, once the tail has brought the
 * question: when one is quiet for another third, {@link LeaseEnds} decides on it.
 */
final class TopicLease {
    private static final int RENEWALS = 3;
    private static final int LOOKS = 12;

    final SseEvent last;
    final OpenTopics own;
    final OpenTopics others;
    final OpenTopics asked;
    private final long nanos;
    /** How many starts by this node have no answer yet, by topic. */
    private final Map<String, Integer> starting = new HashMap<>();
    /** Those of them that this node has given an end since. */
    private final Set<String> ending = new HashSet<>();

    private long renewed;
    private boolean isRenewed;

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

    /** The list of which such entries tell: one that was asked has its third, whatever becomes of the question. */
    OpenTopics toldBy(LogEntry.Kind kind) {
        return kind == LogEntry.Kind.RENEWAL ? own : others;
    }

    /** What is to be renewed, by at most one look in a twelfth of the time, whatever other leases there are. */
    List<OpenTopics.Open> toRenew(long now) {
        List<OpenTopics.Open> toRenew = own.failed(now);
        if (!isRenewed || now - renewed >= lookNanos()) {
            toRenew.addAll(own.inTime(now));
            renewed = now;
            isRenewed = true;
        }
        return toRenew;
    }

    boolean isOver(OpenTopics.Open topic, long now) {
        return now - topic.heard >= nanos;
    }

    void starts(String topic) {
        starting.merge(topic, 1, Integer::sum);
    }

    void startIsAnswered(String topic) {
        int others = starting.getOrDefault(topic, 0) - 1;
        if (others > 0) {
            starting.put(topic, others);
        } else {
            starting.remove(topic);
            ending.remove(topic);
        }
    }

    /** An end by this node is on its way to a topic whose start has no answer yet; returns false where none is starting. */
    boolean endsWhatStarts(String topic) {
        return starting.containsKey(topic) && ending.add(topic);
    }

    boolean hasEndOfStart(String topic) {
        return ending.contains(topic);
    }

    /** No other node runs the topic: unless this one does, or may, it is due to be ended. */
    void endUnlessOurs(OpenTopics.Open topic, long now) {
        if (!topic.isOurs && !starting.containsKey(topic.topic)) {
            others.remove(topic.topic);
            topic.isOrphan = true;
            asked.putDue(topic, now);
        }
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
