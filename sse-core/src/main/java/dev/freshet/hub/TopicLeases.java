package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicPatterns;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import dev.freshet.store.StoredEntry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the started topics whose nodes have died, and says of this node's own that it lives. Thread-safe.
 *
 * <p>A node is not taken for dead for what this one has not heard: this one may have been paused, or the store away. So it asks before,
 * by an entry: when its own tail brings that, it has brought everything before, and the node that is asked can write again,
 * too, and has a third of the time for its answer. Where several nodes end a topic the first counts.
 *
 * <p>A timer of the JDK's is armed while a topic of a lease is open; what is due is found without a look at the others. It
 * keeps no hub that nobody else does.
 */
final class TopicLeases {
    private static final Logger logger = LoggerFactory.getLogger(SseHub.class);

    /** Where entries go; not called under the lock. */
    interface Door {
        CompletionStage<EventId> append(LogEntry entry, @Nullable SseEvent event);

        TopicStats topic(String topic);
    }

    private final TopicPatterns<TopicLease> byPattern;
    private final List<TopicLease> all = new ArrayList<>();
    private final LongSupplier ticker;
    private final long lookNanos;
    private volatile @Nullable Door door;
    private final Complaints complaints = new Complaints(Duration.ofMinutes(1));
    // Guarded by this object.
    private boolean armed;
    private boolean closed;

    TopicLeases(Map<String, TopicLease> byPattern, LongSupplier ticker) {
        this.byPattern = new TopicPatterns<>(byPattern);
        this.byPattern.forEach(all::add);
        this.ticker = ticker;
        this.lookNanos = all.stream().mapToLong(TopicLease::lookNanos).min().orElse(Long.MAX_VALUE);
    }

    /** Before the tail of a hub brings anything. */
    void begin(Door to) {
        door = to;
    }

    /** What the store had has come. Where no other node is on it, nobody runs what is open. */
    synchronized void loaded(boolean isShared) {
        long now = ticker.getAsLong();
        for (TopicLease lease : isShared ? List.<TopicLease>of() : all) {
            for (OpenTopics.Open each : lease.others.all()) {
                lease.others.remove(each.topic);
                lease.asked.putDue(each, now);
            }
            if (!lease.isEmpty()) {
                CompletableFuture.delayedExecutor(0, TimeUnit.NANOSECONDS).execute(this::look);
            }
        }
    }

    /** The tail has brought an entry, which is written. */
    void brought(StoredEntry entry) {
        TopicLease lease = all.isEmpty() ? null : byPattern.of(entry.topic());
        if (lease == null) {
            return;
        }
        boolean changesLife =
                switch (entry.kind()) {
                    case START, LAST, REMOVAL -> true;
                    case EVENT, RENEWAL, PROBE -> false;
                };
        if (!changesLife && (entry.start() == null || heard(lease, entry))) {
            return;
        }
        TopicStats known = door().topic(entry.topic());
        synchronized (this) {
            EventId start = known.state() == TopicState.OPEN ? known.start() : null;
            OpenTopics.Open held = lease.find(entry.topic());
            if (held != null && held.start.equals(start)) {
                return;
            }
            lease.remove(entry.topic());
            if (start != null && !closed) {
                long now = ticker.getAsLong();
                lease.others.put(new OpenTopics.Open(entry.topic(), start, lease, now), now);
                arm();
            }
        }
    }

    /** Returns whether the topic is known as it was started there. */
    private boolean heard(TopicLease lease, StoredEntry entry) {
        OpenTopics.Open held;
        synchronized (this) {
            held = lease.find(entry.topic());
            if (held == null || !held.start.equals(entry.start())) {
                return false;
            }
            long now = ticker.getAsLong();
            boolean isOwn = lease.own.find(held.topic) != null;
            if (entry.kind() != StoredEntry.Kind.PROBE) {
                held.heard = now;
                lease.asked.remove(held.topic);
                (isOwn ? lease.own : lease.others).put(held, now);
                return true;
            }
            if (!isOwn) {
                if (lease.isOver(held, now) && lease.asked.find(held.topic) == null) {
                    lease.others.remove(held.topic);
                    lease.asked.put(held, now);
                }
                return true;
            }
        }
        CompletableFuture.delayedExecutor(0, TimeUnit.NANOSECONDS)
                .execute(() -> renew(held)); // not on the tail's thread
        return true;
    }

    /** This node has started the topic there, and runs it from now on. */
    void own(String topic, EventId start) {
        TopicLease lease = byPattern.of(topic);
        if (lease != null) {
            put(lease.own, new OpenTopics.Open(topic, start, lease, ticker.getAsLong()));
        }
    }

    /** Nothing of this node runs the topic any more that it has started there. */
    void abandon(String topic, EventId start) {
        TopicLease lease = byPattern.of(topic);
        if (lease != null) {
            put(lease.others, new OpenTopics.Open(topic, start, lease, ticker.getAsLong()));
        }
    }

    private void put(OpenTopics list, OpenTopics.Open topic) {
        synchronized (this) {
            if (closed) {
                return;
            }
            topic.lease.remove(topic.topic);
            list.put(topic, topic.heard);
            arm();
        }
        TopicStats known = door().topic(topic.topic); // behind that: else its end may have come unseen
        if (known.state() != TopicState.OPEN || !topic.start.equals(known.start())) {
            synchronized (this) {
                if (topic.lease.find(topic.topic) == topic) {
                    topic.lease.remove(topic.topic);
                }
            }
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
                toRenew.addAll(lease.own.due(now));
                toAsk.addAll(lease.others.due(now));
                toEnd.addAll(lease.asked.due(now));
            }
        }
        toRenew.forEach(this::renew);
        toAsk.forEach(topic -> append(topic, LogEntry.of(LogEntry.Kind.PROBE, topic.topic), null));
        toEnd.forEach(topic ->
                append(topic, Entries.of(LogEntry.Kind.LAST, topic.topic, topic.lease.last, null), topic.lease.last));
    }

    private void renew(OpenTopics.Open topic) {
        append(topic, LogEntry.of(LogEntry.Kind.RENEWAL, topic.topic), null);
    }

    private void append(OpenTopics.Open topic, LogEntry entry, @Nullable SseEvent event) {
        try {
            door().append(entry.of(topic.start), event).whenComplete((id, failure) -> {
                if (id == null) {
                    failed(topic, entry, failure);
                } else if (entry.kind() == LogEntry.Kind.LAST && complaints.isDue()) {
                    logger.warn("topic {}: ended, for its node is not heard of any more", name(topic));
                }
            });
        } catch (Throwable e) {
            failed(topic, entry, e);
        }
    }

    /** It is tried again when it is due again, unless the topic has ended. */
    private void failed(OpenTopics.Open topic, LogEntry entry, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        synchronized (this) {
            if (cause instanceof TopicEndedException && topic.lease.find(topic.topic) == topic) {
                topic.lease.remove(topic.topic);
            }
            if (cause instanceof TopicEndedException || closed) {
                return;
            }
        }
        if (complaints.isDue()) {
            logger.warn("topic {}: {} is not kept: {}", name(topic), entry.kind(), String.valueOf(cause));
        }
    }

    /** A client may have chosen it. */
    private static String name(OpenTopics.Open topic) {
        return '"' + topic.topic.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    synchronized void close() {
        closed = true;
    }

    private Door door() {
        return Objects.requireNonNull(door);
    }

    /** Under the lock. */
    private void arm() {
        if (!armed && !closed && all.stream().anyMatch(lease -> !lease.isEmpty())) {
            armed = true;
            WeakReference<TopicLeases> kept = new WeakReference<>(this);
            CompletableFuture.delayedExecutor(lookNanos, TimeUnit.NANOSECONDS).execute(() -> run(kept.get()));
        }
    }

    private static void run(@Nullable TopicLeases leases) {
        if (leases == null) {
            return;
        }
        try {
            leases.look();
        } finally {
            synchronized (leases) {
                leases.armed = false;
                leases.arm();
            }
        }
    }
}
