package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicPatterns;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the started topics whose nodes have died, and says of this node's own that it lives. Thread-safe.
 *
 * <p>A node is not taken for dead for what this one has not heard: this one may have been paused, or the store away. So it asks before,
 * by an entry: when its own tail brings that, it has brought everything before, and the node that is asked can write again,
 * too, and has a third of the time for its answer; {@link LeaseEnds} looks whether it could give one. Where several nodes end a topic
 * the first counts.
 *
 * <p>A timer of the JDK's is armed while a topic of a lease is open; what is due is found without a look at the others.
 */
final class TopicLeases {
    private final TopicPatterns<TopicLease> byPattern;
    private final List<TopicLease> all = new ArrayList<>();
    private final LongSupplier ticker;
    private final long lookNanos;
    private final LeaseWriter writer;
    private final LeaseEnds ends;
    private final LeaseReader reader;
    private final HubLog log;
    // Guarded by this object.
    /** No other hub appends to what the store keeps: then there is nobody to tell of a lease. */
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
        this.lookNanos = all.stream().mapToLong(TopicLease::lookNanos).min().orElse(Long.MAX_VALUE);
    }

    /** What is told of the tail. */
    LeaseReader reader() {
        return reader;
    }

    /** The lease of a topic, or null. */
    @Nullable
    TopicLease of(String topic) {
        return byPattern.of(topic);
    }

    /** What the store had has come. Where no other node is on it, nobody runs what is open. */
    synchronized void loaded(boolean isShared) {
        isAlone = !isShared;
        long now = ticker.getAsLong();
        for (TopicLease lease : isShared ? List.<TopicLease>of() : all) {
            lease.own.all().forEach(each -> lease.own.remove(each.topic)); // nobody else would hear it
            lease.others.all().forEach(each -> lease.endUnlessOurs(each, now));
            if (!lease.isEmpty()) {
                LeaseTimer.APPENDING.execute(this::look);
            }
        }
    }

    /** What the log has of a topic now counts. */
    void learn(TopicLease lease, String topic) {
        TopicStats known = log.topic(topic);
        synchronized (this) {
            EventId start = known.state() == TopicState.OPEN ? known.start() : null;
            OpenTopics.Open held = lease.find(topic);
            if (held != null && held.start.equals(start)) {
                return;
            }
            lease.remove(topic);
            if (start != null && !closed && !isAlone) {
                long now = ticker.getAsLong();
                lease.others.put(new OpenTopics.Open(topic, start, lease, now), now);
                arm();
            }
        }
    }

    /** Returns whether that is known of the topic as it was started there. */
    synchronized boolean heard(TopicLease lease, String topic, EventId start) {
        OpenTopics.Open held = lease.find(topic);
        if (held == null || !held.start.equals(start)) {
            return isAlone;
        }
        long now = ticker.getAsLong();
        held.heard = now;
        lease.asked.remove(topic);
        (lease.own.find(topic) == null ? lease.others : lease.own).put(held, now);
        return true;
    }

    /** Returns whether the topic is known as it was started there, which is to be renewed where it is this node's. */
    synchronized boolean probed(
            TopicLease lease, LeasedTopics.Leased leased, long disturbances, List<OpenTopics.Open> toRenew) {
        String topic = leased.topic();
        OpenTopics.Open held = lease.find(topic);
        if (held == null || !held.start.equals(leased.start())) {
            return false;
        }
        long now = ticker.getAsLong();
        if (lease.own.find(topic) != null) {
            toRenew.add(held);
        } else if (lease.isOver(held, now) && lease.asked.find(topic) == null) {
            lease.others.remove(topic);
            asked(held, now, disturbances);
        }
        return true;
    }

    /** Its node has been asked; under the lock. */
    private static void asked(OpenTopics.Open topic, long now, long disturbances) {
        topic.disturbances = disturbances;
        topic.lease.asked.put(topic, now);
    }

    /** Its node has been asked again; returns false where it has been heard of since. */
    synchronized boolean askedAgain(OpenTopics.Open topic, long heard, long disturbances) {
        boolean isSilent = isSilent(topic, heard);
        if (isSilent) {
            asked(topic, ticker.getAsLong(), disturbances);
        }
        return isSilent;
    }

    /** Whether the topic's node was asked, and has not been heard of since then. */
    synchronized boolean isSilent(OpenTopics.Open topic, long heard) {
        return !closed && topic.lease.asked.find(topic.topic) == topic && topic.heard == heard;
    }

    /** This node is about to start the topic: {@link #startIsAnswered} comes behind it. */
    synchronized void starts(String topic) {
        TopicLease lease = byPattern.of(topic);
        if (lease != null) {
            lease.starts(topic);
        }
    }

    /** The topic has been started, which {@link #own} was told before, or it has not. */
    synchronized void startIsAnswered(String topic) {
        TopicLease lease = byPattern.of(topic);
        if (lease == null) {
            return;
        }
        lease.startIsAnswered(topic);
        OpenTopics.Open held = isAlone ? lease.others.find(topic) : null;
        if (held != null) {
            lease.endUnlessOurs(held, ticker.getAsLong());
            LeaseTimer.APPENDING.execute(this::look);
        }
    }

    /** This node has started the topic there, and runs it from now on. Where no other would hear it, that is not said. */
    void own(String topic, EventId start) {
        TopicLease lease = byPattern.of(topic);
        if (lease == null) {
            return;
        }
        OpenTopics.Open started = new OpenTopics.Open(topic, start, lease, ticker.getAsLong());
        synchronized (this) {
            OpenTopics.Open held = lease.find(topic);
            if (held != null && !held.start.equals(start)) {
                return; // it was started anew since
            }
            lease.remove(topic);
            if (!isAlone) {
                hold(lease.hasEndOfStart(topic) ? lease.others : lease.own, started);
            }
        }
        removeUnlessOpen(started);
    }

    /**
     * An end that this node gives a topic is on its way: if it was run here it is not any more, and is nobody's where that is not kept.
     *
     * @param start of the topic that it is for, or null for however it began
     */
    void ends(String topic, @Nullable EventId start) {
        TopicLease lease = byPattern.of(topic);
        EventId place =
                lease == null || start != null ? start : log.topic(topic).start();
        if (lease == null || place == null) {
            if (lease != null) {
                endsWhatStarts(lease, topic);
            }
            return;
        }
        OpenTopics.Open ending = new OpenTopics.Open(topic, place, lease, ticker.getAsLong());
        synchronized (this) {
            OpenTopics.Open held = lease.find(topic);
            if (held == null ? !isAlone : !held.start.equals(place) || lease.own.find(topic) != held) {
                return; // nor is one that was started since
            }
            hold(lease.others, ending);
        }
        removeUnlessOpen(ending);
    }

    private synchronized void endsWhatStarts(TopicLease lease, String topic) {
        lease.endsWhatStarts(topic);
    }

    /** Under the lock. */
    private void hold(OpenTopics list, OpenTopics.Open topic) {
        if (!closed) {
            topic.isOurs = true;
            topic.lease.remove(topic.topic);
            list.put(topic, topic.heard);
            arm();
        }
    }

    private void removeUnlessOpen(OpenTopics.Open topic) {
        TopicStats known = log.topic(topic.topic); // behind that: else its end may have come unseen
        if (known.state() != TopicState.OPEN || !topic.start.equals(known.start())) {
            remove(topic);
        }
    }

    synchronized void remove(OpenTopics.Open topic) {
        if (topic.lease.find(topic.topic) == topic) {
            topic.lease.remove(topic.topic);
        }
    }

    /** Does what is due. */
    void look() {
        List<OpenTopics.Open> toRenew = new ArrayList<>();
        List<OpenTopics.Open> toAsk = new ArrayList<>();
        List<OpenTopics.Open> toEnd = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            long now = ticker.getAsLong();
            for (TopicLease lease : all) {
                toRenew.addAll(lease.toRenew(now));
                toAsk.addAll(lease.others.due(now));
                toEnd.addAll(lease.asked.due(now));
            }
        }
        tell(LogEntry.Kind.RENEWAL, toRenew);
        tell(LogEntry.Kind.PROBE, toAsk);
        ends.decide(toEnd);
    }

    void tell(LogEntry.Kind kind, List<OpenTopics.Open> topics) {
        writer.tell(kind, topics, () -> topics.forEach(each -> dueAgain(each.lease.toldBy(kind), each)));
    }

    synchronized void dueAgain(OpenTopics list, OpenTopics.Open topic) {
        list.dueAgain(topic);
    }

    synchronized void close() {
        closed = true;
        writer.close();
    }

    /** Under the lock. */
    private void arm() {
        if (!armed && !closed && all.stream().anyMatch(lease -> !lease.isEmpty())) {
            armed = true;
            LeaseTimer.arm(this, TopicLeases::lookInTime, lookNanos);
        }
    }

    /** As the timer has it, which is armed again before: a look may take its time. */
    void lookInTime() {
        synchronized (this) {
            armed = false;
            arm();
        }
        look();
    }
}
