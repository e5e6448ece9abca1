package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.internal.TopicPatterns;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a hub's started topics: topics of dead nodes are ended, and those of this node are renewed. Thread-safe.
 *
 * <p>The silence of a node does not prove it dead: this node may have been paused, or the store unreachable. Therefore this
 * node appends a probe first. When its tail delivers the probe, it has delivered everything before, and the probed node can
 * write again, too. The probed node has a third of the lease to answer; {@link LeaseEnds} decides. The first end counts.
 *
 * <p>A timer of the JDK is armed while a topic of a lease is open. The topics that are due are found without a visit to the others.
 */
final class TopicLeases {
    private final TopicPatterns<TopicLease> byPattern;
    private final List<TopicLease> all = new ArrayList<>();
    private final LongSupplier ticker;
    private final long checkNanos;
    private final LeaseWriter writer;
    private final LeaseEnds ends;
    private final LeaseReader reader;
    private final HubLog log;
    // Guarded by this object.
    /** Whether no other hub appends to the store, so that no lease is written. */
    private boolean isAlone;

    private boolean armed;
    private boolean closed;

    TopicLeases(Map<String, TopicLease> byPattern, LongSupplier ticker, LeaseWriter writer, HubLog log) {
        this.writer = writer;
        this.ends = new LeaseEnds(this, writer, ticker);
        this.reader = new LeaseReader(this, writer, log);
        this.log = log;
        this.byPattern = new TopicPatterns<>(byPattern);
        this.byPattern.forEach(all::add);
        this.ticker = ticker;
        this.checkNanos = all.stream().mapToLong(TopicLease::checkNanos).min().orElse(Long.MAX_VALUE);
    }

    /** The reader of what the tail delivers. */
    LeaseReader reader() {
        return reader;
    }

    /** The lease of a topic, or null. */
    @Nullable
    TopicLease of(String topic) {
        return byPattern.of(topic);
    }

    /** Notes that the store is loaded. If no other node is on the store, the open topics of others are due to be ended. */
    synchronized void loaded(boolean isShared) {
        isAlone = !isShared;
        long now = ticker.getAsLong();
        for (TopicLease lease : isShared ? List.<TopicLease>of() : all) {
            lease.own.all().forEach(each -> lease.own.remove(each.topic)); // no other node would read a renewal
            lease.others.all().forEach(each -> lease.endUnlessOurs(each, now));
            if (!lease.isEmpty()) {
                HubThreads.NON_BLOCKING.execute(this::check);
            }
        }
    }

    /** Takes over what the log knows of a topic now. */
    void learn(TopicLease lease, String topic) {
        TopicStats known = log.topic(topic);
        synchronized (this) {
            EventId start = known.state() == TopicState.OPEN ? known.start() : null;
            DueTopics.Open held = lease.find(topic);
            if (held != null && held.start.equals(start)) {
                return;
            }
            lease.remove(topic);
            if (start != null && !closed && !isAlone) {
                long now = ticker.getAsLong();
                lease.others.put(new DueTopics.Open(topic, start, lease, now), now);
                arm();
            }
        }
    }

    /** Notes a sign of the node that runs a topic; returns whether the topic is known as it was started there. */
    synchronized boolean heard(TopicLease lease, String topic, EventId start) {
        DueTopics.Open held = lease.find(topic);
        if (held == null || !held.start.equals(start)) {
            return isAlone;
        }
        long now = ticker.getAsLong();
        held.heard = now;
        lease.probed.remove(topic);
        (lease.own.find(topic) == null ? lease.others : lease.own).put(held, now);
        return true;
    }

    /**
     * Notes a probe of a topic, and adds a topic of this node to those to renew. Returns whether the topic is known by that
     * start.
     */
    synchronized boolean probed(
            TopicLease lease, LeasedTopics.Leased leased, long disturbances, List<DueTopics.Open> toRenew) {
        String topic = leased.topic();
        DueTopics.Open held = lease.find(topic);
        if (held == null || !held.start.equals(leased.start())) {
            return false;
        }
        long now = ticker.getAsLong();
        if (lease.own.find(topic) != null) {
            toRenew.add(held);
        } else if (lease.isOver(held, now) && lease.probed.find(topic) == null) {
            lease.others.remove(topic);
            asked(held, now, disturbances);
        }
        return true;
    }

    /** Notes that the node of a topic was probed. Called under the lock. */
    private static void asked(DueTopics.Open topic, long now, long disturbances) {
        topic.disturbances = disturbances;
        topic.lease.probed.put(topic, now);
    }

    /** Notes that the node of a topic was probed again, unless it is not {@linkplain #isSilent silent}; returns that. */
    synchronized boolean askedAgain(DueTopics.Due due, long disturbances) {
        if (!isSilent(due)) {
            return false;
        }
        asked(due.topic(), ticker.getAsLong(), disturbances);
        return true;
    }

    /** Notes that second probes were decided on, or not kept. */
    synchronized void decided(List<DueTopics.Due> all) {
        all.forEach(DueTopics.Due::decided);
    }

    /** Whether the node of a topic was probed and not heard of since the topic was due, and no later probe decides on it. */
    synchronized boolean isSilent(DueTopics.Due due) {
        DueTopics.Open topic = due.topic();
        return !closed && topic.lease.probed.find(topic.topic) == topic && due.isSilent();
    }

    /** Notes that this node is about to start a topic. {@link #startIsAnswered} follows. */
    synchronized void starts(String topic) {
        TopicLease lease = byPattern.of(topic);
        if (lease != null) {
            lease.starts(topic);
        }
    }

    /** Notes the answer to a start. If the topic was started, {@link #own} was called before. */
    synchronized void startIsAnswered(String topic) {
        TopicLease lease = byPattern.of(topic);
        if (lease == null) {
            return;
        }
        lease.startIsAnswered(topic);
        DueTopics.Open held = isAlone ? lease.others.find(topic) : null;
        if (held != null) {
            lease.endUnlessOurs(held, ticker.getAsLong());
            HubThreads.NON_BLOCKING.execute(this::check);
        }
    }

    /** Notes that this node has started a topic, and runs it from now on. Nothing is written if no other node is on the store. */
    void own(String topic, EventId start) {
        TopicLease lease = byPattern.of(topic);
        if (lease == null) {
            return;
        }
        DueTopics.Open started = new DueTopics.Open(topic, start, lease, ticker.getAsLong());
        synchronized (this) {
            DueTopics.Open held = lease.find(topic);
            if (held != null && !held.start.equals(start)) {
                return; // the topic was started anew since
            }
            lease.remove(topic);
            if (!isAlone) {
                hold(lease.hasEndOfStart(topic) ? lease.others : lease.own, started);
            }
        }
        removeUnlessOpen(started);
    }

    /**
     * Notes that this node has published the end of a topic. It does not run the topic any more; if the end is not kept, no node
     * does.
     *
     * @param start the start of the topic that the end is for, or null for the topic however it began
     */
    void ends(String topic, @Nullable EventId start) {
        TopicLease lease = byPattern.of(topic);
        EventId place = lease == null || start != null ? start : startOrEnd(lease, topic);
        if (lease == null || place == null) {
            return;
        }
        DueTopics.Open ending = new DueTopics.Open(topic, place, lease, ticker.getAsLong());
        synchronized (this) {
            DueTopics.Open held = lease.find(topic);
            if (held == null ? !isAlone : !held.start.equals(place) || lease.own.find(topic) != held) {
                return; // nor does it run a topic that was started since
            }
            hold(lease.others, ending);
        }
        removeUnlessOpen(ending);
    }

    /** The start of a topic, or null where it has no answer yet, which the lease then knows of, or there is none. */
    private @Nullable EventId startOrEnd(TopicLease lease, String topic) {
        synchronized (this) {
            lease.endsWhatStarts(topic);
        }
        return log.topic(topic).start(); // behind that: the tail may have delivered it meanwhile
    }

    /** Puts a topic of this node into a list. Called under the lock. */
    private void hold(DueTopics list, DueTopics.Open topic) {
        if (!closed) {
            topic.isOurs = true;
            topic.lease.remove(topic.topic);
            list.put(topic, topic.heard);
            arm();
        }
    }

    private void removeUnlessOpen(DueTopics.Open topic) {
        TopicStats known = log.topic(topic.topic); // read after the topic was put: else its end may be missed
        if (known.state() != TopicState.OPEN || !topic.start.equals(known.start())) {
            remove(topic);
        }
    }

    synchronized void remove(DueTopics.Open topic) {
        if (topic.lease.find(topic.topic) == topic) {
            topic.lease.remove(topic.topic);
        }
    }

    /** Renews, probes and ends the topics that are due. */
    void check() {
        List<DueTopics.Open> toRenew = new ArrayList<>();
        List<DueTopics.Open> toAsk = new ArrayList<>();
        List<DueTopics.Due> toEnd = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            long now = ticker.getAsLong();
            for (TopicLease lease : all) {
                toRenew.addAll(lease.toRenew(now));
                toAsk.addAll(lease.others.due(now));
                toEnd.addAll(lease.toDecide(now));
            }
        }
        tell(LogEntry.Kind.RENEWAL, toRenew);
        tell(LogEntry.Kind.PROBE, toAsk);
        ends.decide(toEnd);
    }

    void tell(LogEntry.Kind kind, List<DueTopics.Open> topics) {
        writer.tell(kind, topics, () -> topics.forEach(each -> dueAgain(each.lease.listOf(kind), each)));
    }

    synchronized void dueAgain(DueTopics list, DueTopics.Open topic) {
        list.dueAgain(topic);
    }

    synchronized void close() {
        closed = true;
        writer.close();
    }

    /** Arms the timer if a topic is open. Called under the lock. */
    private void arm() {
        assert Thread.holdsLock(this);
        if (!armed && !closed && all.stream().anyMatch(lease -> !lease.isEmpty())) {
            armed = true;
            LeaseTimer.arm(this, TopicLeases::checkInTime, checkNanos);
        }
    }

    /** Runs on the timer: arms it again first, because a check may take long. */
    void checkInTime() {
        synchronized (this) {
            armed = false;
            arm();
        }
        check();
    }
}
