package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import dev.freshet.topic.TopicPatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a hub's started topics: those of dead nodes are ended, those of this node are renewed. Thread-safe.
 *
 * <p>A node that has not renewed a topic in time is not certainly dead: this node may have been paused, or the store
 * unreachable. Therefore this node appends a probe first. Its tail delivers the probe after all entries before it,
 * which also proves that the store accepts writes. The probed node has a third of the lease to respond; {@link
 * LeaseEnds} decides. The first end in the store's order is effective.
 *
 * <p>A timer is armed while a topic of a lease is open. Due topics are found without iterating over the others.
 */
final class TopicLeases {
    private final TopicPatterns<TopicLease> byPattern;
    private final List<TopicLease> all = new ArrayList<>();
    private final LongSupplier ticker;
    private final long checkNanos;
    private final LeaseWriter writer;
    private final LeaseEnds ends;
    private final LeaseTasks tasks = new LeaseTasks(this::check, due -> write(LogEntry.Kind.RENEWAL, due));
    private final LeaseReader reader;
    private final HubLog log;
    private final LeaseTimer.Arming<TopicLeases> timer;
    /** Whether no other hub appends to the store, so that no lease is written. Guarded by this object, as those below. */
    private boolean isAlone;

    private boolean armed;
    private boolean closed;

    TopicLeases(
            Map<String, TopicLease> byPattern,
            LongSupplier ticker,
            LeaseWriter writer,
            HubLog log,
            LeaseTimer.Arming<TopicLeases> timer) {
        this.writer = writer;
        this.timer = timer;
        this.ends = new LeaseEnds(this, writer, ticker);
        this.reader = new LeaseReader(this, writer, tasks, log);
        this.log = log;
        this.byPattern = new TopicPatterns<>(byPattern);
        this.byPattern.forEach(all::add);
        this.ticker = ticker;
        this.checkNanos = all.stream().mapToLong(TopicLease::checkNanos).min().orElse(Long.MAX_VALUE);
    }

    /** Returns the reader of the entries that the tail delivers. */
    LeaseReader reader() {
        return reader;
    }

    /** Returns the lease of a topic, or null. */
    @Nullable
    TopicLease of(String topic) {
        return byPattern.of(topic);
    }

    /** Records that the store is loaded. If no other node uses it, the open topics of others are due to be ended. */
    synchronized void loaded(boolean isShared) {
        isAlone = !isShared;
        long now = ticker.getAsLong();
        for (TopicLease lease : isShared ? List.<TopicLease>of() : all) {
            lease.own.all().forEach(each -> lease.own.remove(each.topic)); // no other node would read a renewal
            lease.others.all().forEach(each -> lease.endUnlessOurs(each, now));
            if (!lease.isEmpty()) {
                tasks.check();
            }
        }
    }

    /** Updates the record of a topic to its state in the log. */
    void update(TopicLease lease, String topic) {
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

    /** Records an entry of the node that runs a topic. Returns whether the topic is recorded with that start. */
    synchronized boolean renewed(TopicLease lease, String topic, EventId start) {
        DueTopics.Open held = lease.find(topic);
        if (held == null || !held.start.equals(start)) {
            return isAlone;
        }
        long now = ticker.getAsLong();
        held.lastEntryAt = now;
        lease.probed.remove(topic);
        (lease.own.find(topic) == null ? lease.others : lease.own).put(held, now);
        return true;
    }

    /**
     * Records a probe of a topic, and adds a topic of this node to those to renew. Returns whether the start matches.
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
            lease.putProbed(held, now, disturbances);
        }
        return true;
    }

    /** Records another probe of a topic if it is {@linkplain #isUnanswered unanswered}; returns whether it is. */
    synchronized boolean probedAgain(DueTopics.Due due, long disturbances) {
        if (!isUnanswered(due)) {
            return false;
        }
        due.topic().lease.putProbed(due.topic(), ticker.getAsLong(), disturbances);
        return true;
    }

    /** Records that second probes were decided on, or not kept. */
    synchronized void decided(List<DueTopics.Due> all) {
        all.forEach(DueTopics.Due::decided);
    }

    /** Returns whether a topic has had no entry of its node since it was due, and no later probe decides on it. */
    synchronized boolean isUnanswered(DueTopics.Due due) {
        DueTopics.Open topic = due.topic();
        return !closed && topic.lease.probed.find(topic.topic) == topic && due.isUnanswered();
    }

    /** Records that this node is about to start a topic. {@link #startCompleted} follows. */
    synchronized void beginStart(String topic) {
        TopicLease lease = byPattern.of(topic);
        if (lease != null) {
            lease.beginStart(topic);
        }
    }

    /** Records that a start has completed or failed. If the topic was started, {@link #own} was called before. */
    synchronized void startCompleted(String topic) {
        TopicLease lease = byPattern.of(topic);
        if (lease == null) {
            return;
        }
        lease.startCompleted(topic);
        DueTopics.Open held = isAlone ? lease.others.find(topic) : null;
        if (held != null) {
            lease.endUnlessOurs(held, ticker.getAsLong());
            tasks.check();
        }
    }

    /** Records that this node runs a topic from now on. No entry is written if no other node uses the store. */
    void own(String topic, EventId start) {
        TopicLease lease = byPattern.of(topic);
        if (lease == null) {
            return;
        }
        DueTopics.Open started = new DueTopics.Open(topic, start, lease, ticker.getAsLong());
        synchronized (this) {
            DueTopics.Open held = lease.find(topic);
            if (held != null && !held.start.equals(start)) {
                return; // the topic was started again since
            }
            lease.remove(topic);
            if (!isAlone) {
                hold(lease.hasEndedWhileStarting(topic) ? lease.others : lease.own, started);
            }
        }
        removeUnlessOpen(started);
    }

    /**
     * Records that this node has published the end of a topic. It does not run the topic any more; if the end is not
     * kept, no node does.
     *
     * @param start the start of the topic that the end is for, or null for the topic whatever its start
     */
    void ends(String topic, @Nullable EventId start) {
        TopicLease lease = byPattern.of(topic);
        EventId begin = lease == null || start != null ? start : startOrRecordEnd(lease, topic);
        if (lease == null || begin == null) {
            return;
        }
        DueTopics.Open ending = new DueTopics.Open(topic, begin, lease, ticker.getAsLong());
        synchronized (this) {
            DueTopics.Open held = lease.find(topic);
            if (held == null ? !isAlone : !held.start.equals(begin) || lease.own.find(topic) != held) {
                return; // this node does not run the topic that was started since
            }
            hold(lease.others, ending);
        }
        removeUnlessOpen(ending);
    }

    /** Returns the start of a topic, or null. Records the end in the lease if the start has not completed. */
    private @Nullable EventId startOrRecordEnd(TopicLease lease, String topic) {
        synchronized (this) {
            lease.endWhileStarting(topic);
        }
        return log.topic(topic).start(); // read after that: the tail may have delivered it meanwhile
    }

    /** Puts a topic of this node into a list. Called under the lock. */
    private void hold(DueTopics list, DueTopics.Open topic) {
        if (!closed) {
            topic.isOurs = true;
            topic.lease.remove(topic.topic);
            list.put(topic, topic.lastEntryAt);
            arm();
        }
    }

    private void removeUnlessOpen(DueTopics.Open topic) {
        TopicStats known = log.topic(topic.topic); // read after the topic was put, or its end may be missed
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
        List<DueTopics.Open> toProbe = new ArrayList<>();
        List<DueTopics.Due> toEnd = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            long now = ticker.getAsLong();
            for (TopicLease lease : all) {
                toRenew.addAll(lease.toRenew(now));
                toProbe.addAll(lease.others.due(now));
                toEnd.addAll(lease.toDecide(now));
            }
        }
        write(LogEntry.Kind.RENEWAL, toRenew);
        write(LogEntry.Kind.PROBE, toProbe);
        ends.decide(toEnd);
    }

    void write(LogEntry.Kind kind, List<DueTopics.Open> topics) {
        writer.write(kind, topics, () -> topics.forEach(each -> dueAgain(each.lease.listOf(kind), each)));
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
            timer.arm(this, TopicLeases::checkInTime, checkNanos);
        }
    }

    /** Arms the timer again, and checks. Called by the timer; a check may take long, so the timer is armed first. */
    synchronized void checkInTime() {
        armed = false;
        arm();
        tasks.check();
    }
}
