package dev.freshet.hub;

import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lease of the started topics of one pattern, with its open topics. Guarded by {@link TopicLeases}.
 *
 * <p>Each open topic is in one of three lists:
 * <ul>
 * <li>{@code own}: topics that this node runs. A topic without an entry for a third of the lease is renewed.
 * <li>{@code others}: topics of other nodes. If a topic had no entry for all of the lease, its node is probed.
 * <li>{@code probed}: topics whose node was probed, once the tail has delivered the probe. {@link LeaseEnds} decides on
 * a topic without an entry for another third of the lease.
 * </ul>
 */
final class TopicLease {
    private static final int RENEWALS = 3;
    private static final int CHECKS = 12;

    final SseEvent last;
    final DueTopics own;
    final DueTopics others;
    final DueTopics probed;
    private final long nanos;
    /** The number of starts by this node that have not completed yet, by topic. */
    private final Map<String, Integer> starting = new HashMap<>();
    /** The topics among them to which this node has published an end since. */
    private final Set<String> ending = new HashSet<>();

    private long renewed;
    private boolean isRenewed;

    TopicLease(Duration time, SseEvent last) {
        this.last = last;
        this.nanos = time.toNanos();
        this.own = new DueTopics(nanos / RENEWALS);
        this.others = new DueTopics(nanos);
        this.probed = new DueTopics(nanos / RENEWALS);
    }

    /** Returns the time between two checks for topics that are due, in nanoseconds. */
    long checkNanos() {
        return nanos / CHECKS;
    }

    /**
     * Returns the list of the topics that entries of a kind are for. A topic that was probed keeps its third of the
     * lease, even if the probe is not kept.
     */
    DueTopics listOf(LogEntry.Kind kind) {
        return kind == LogEntry.Kind.RENEWAL ? own : others;
    }

    /**
     * Returns the topics to renew. Those whose delay has passed are returned at most once in a twelfth of the lease,
     * also if shorter leases are checked more often.
     */
    List<DueTopics.Open> toRenew(long now) {
        List<DueTopics.Open> toRenew = own.dueRegardless(now);
        if (!isRenewed || now - renewed >= checkNanos()) {
            toRenew.addAll(own.inTime(now));
            renewed = now;
            isRenewed = true;
        }
        return toRenew;
    }

    /** Returns the topics to decide on, without those whose second probe is pending, which decides first. */
    List<DueTopics.Due> toDecide(long now) {
        List<DueTopics.Due> toDecide = new ArrayList<>();
        for (DueTopics.Open topic : probed.dueRegardless(now)) {
            if (isBeingDecided(topic, now)) {
                probed.dueAgain(topic);
            } else {
                toDecide.add(decision(topic, now));
            }
        }
        for (DueTopics.Open topic : probed.inTime(now)) {
            if (!isBeingDecided(topic, now)) {
                toDecide.add(decision(topic, now));
            }
        }
        return toDecide;
    }

    /**
     * Returns whether a second probe of a topic is pending. One that has not completed within the lease is given up.
     */
    private boolean isBeingDecided(DueTopics.Open topic, long now) {
        return topic.decision != null && now - topic.decision.at() < nanos;
    }

    private static DueTopics.Due decision(DueTopics.Open topic, long now) {
        DueTopics.Due due = new DueTopics.Due(topic, now);
        topic.decision = due.isOrphan() ? null : due;
        return due;
    }

    /** Returns the longest time that the tail may take to deliver a probe, half of the time for a response. */
    long longestReadNanos() {
        return nanos / RENEWALS / 2;
    }

    boolean isOver(DueTopics.Open topic, long now) {
        return now - topic.lastEntryAt >= nanos;
    }

    void beginStart(String topic) {
        starting.merge(topic, 1, Integer::sum);
    }

    void startCompleted(String topic) {
        int others = starting.getOrDefault(topic, 0) - 1;
        if (others > 0) {
            starting.put(topic, others);
        } else {
            starting.remove(topic);
            ending.remove(topic);
        }
    }

    /** Records an end by this node of a topic whose start has not completed yet. */
    void endWhileStarting(String topic) {
        if (starting.containsKey(topic)) {
            ending.add(topic);
        }
    }

    boolean hasEndedWhileStarting(String topic) {
        return ending.contains(topic);
    }

    /** Makes a topic due to be ended, because no other node runs it, unless this node does or may. */
    void endUnlessOurs(DueTopics.Open topic, long now) {
        if (!topic.isOurs && !starting.containsKey(topic.topic)) {
            others.remove(topic.topic);
            topic.isOrphan = true;
            probed.putDue(topic, now);
        }
    }

    /** Records that the node of a topic was probed. */
    void putProbed(DueTopics.Open topic, long now, long disturbances) {
        topic.disturbances = disturbances;
        probed.put(topic, now);
    }

    boolean isEmpty() {
        return own.isEmpty() && others.isEmpty() && probed.isEmpty();
    }

    DueTopics.@Nullable Open find(String topic) {
        DueTopics.Open found = own.find(topic);
        found = found == null ? others.find(topic) : found;
        return found == null ? probed.find(topic) : found;
    }

    void remove(String topic) {
        own.remove(topic);
        others.remove(topic);
        probed.remove(topic);
    }
}
