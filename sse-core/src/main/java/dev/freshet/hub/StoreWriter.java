package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.EndPosition;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicStartedException;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import dev.freshet.store.EventStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** The writer of a hub's entries to its store; {@link StoreTail} reads them. Thread-safe. */
final class StoreWriter implements LeaseWriter.Appender {
    /** The time that a close waits for the tail to deliver the entries that this node has appended. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    /** The bound of acknowledged entries that the tail has not delivered yet. Over it appends fail. */
    private static final int MOST_UNREAD = 262_144;

    private final EventStore store;
    private final HubLog log;
    private final StoreTail tail;
    private final AtomicBoolean closing = new AtomicBoolean();
    /** The appends that the store has not completed yet. */
    private final Set<CompletableFuture<EventId>> appending = ConcurrentHashMap.newKeySet();
    /** The newest id that the store has given to an entry of this node. */
    private final AtomicReference<EventId> newestOwn = new AtomicReference<>(new EventId(0, 0));

    private final AwaitedPositions awaited;
    private final PublishKeys keys = new PublishKeys();
    private final HubStoreCounts counts = new HubStoreCounts();
    private final Duration aheadPatience;
    private final TopicLeases leases;
    /** The last reported number of reconnections to the store. */
    private final AtomicLong reconnects = new AtomicLong();

    /** Loads the entries of the store. Blocks for at most the timeout of the options. */
    StoreWriter(HubLog log, StoreOptions options) {
        this.store = options.store();
        this.log = log;
        this.awaited = new AwaitedPositions(log::latest);
        this.aheadPatience = options.aheadPatience();
        this.leases = options.leases().apply(this, log);
        this.tail = new StoreTail(options, log, awaited, leases, counts);
        try {
            tail.start(options.start(), options.timeout());
        } catch (IllegalStateException e) {
            leases.close();
            throw e;
        }
    }

    /** Appends an entry to the store. Fails at once if the state of the topic on this node rejects it. */
    @Override
    public CompletionStage<EventId> append(LogEntry entry, @Nullable SseEvent event) {
        if (closing.get() || log.isClosed()) {
            throw new IllegalStateException("hub: closed");
        }
        log.requireFits(entry); // or the store would keep it, and each tail would fail on it
        String whyNotLoaded = tail.whyNotLoaded();
        Exception refusal = whyNotLoaded == null ? refusal(entry) : null;
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        if (counts.unread() >= MOST_UNREAD) {
            ends(entry);
            return CompletableFuture.failedFuture(new RejectedExecutionException(
                    "store: " + counts.unread() + " entries are kept and not read yet (expected: fewer than "
                            + MOST_UNREAD + ")" + (whyNotLoaded == null ? "" : "; " + whyNotLoaded)));
        }
        CompletableFuture<EventId> appended = new CompletableFuture<>();
        appending.add(appended);
        long began = System.nanoTime();
        if (entry.kind() == LogEntry.Kind.START) {
            leases.beginStart(entry.topic());
        }
        try {
            store.append(Entries.toStore(entry, event), keys.next())
                    .whenComplete((id, failure) -> appended(appended, began, id, failure));
        } catch (Throwable e) {
            appended(appended, began, null, e);
            if (entry.kind() == LogEntry.Kind.START) {
                leases.startCompleted(entry.topic());
            } else if (!(e instanceof IllegalArgumentException)) {
                ends(entry);
            }
            throw e;
        }
        ends(entry); // also if it is not kept
        return switch (entry.kind()) {
            case START -> {
                String topic = entry.topic();
                yield appended.thenCompose(id -> started(topic, id))
                        .whenComplete((id, failure) -> leases.startCompleted(topic));
            }
            case EVENT, URGENT, LAST -> {
                String topic = entry.topic(); // not the entry: its body would be held until the tail has delivered it
                EventId start = entry.start();
                yield appended.thenCompose(id -> written(topic, start, id));
            }
            case REMOVAL -> appended.copy();
            case RENEWAL, PROBE -> appended.thenCompose(id -> read(id).thenApply(v -> id));
        };
    }

    private void ends(LogEntry entry) {
        if (entry.kind() == LogEntry.Kind.LAST) {
            leases.ends(entry.topic(), entry.start());
        }
    }

    private @Nullable Exception refusal(LogEntry entry) {
        TopicStats known = log.topic(entry.topic());
        TopicState state = entry.kind() == LogEntry.Kind.REMOVAL ? TopicState.UNKNOWN : known.state();
        if (entry.kind() == LogEntry.Kind.START && state != TopicState.UNKNOWN) {
            return new TopicStartedException(entry.topic(), state);
        }
        boolean isOther = entry.start() != null && !entry.start().equals(known.start());
        return state == TopicState.ENDED || isOther ? new TopicEndedException(entry.topic()) : null;
    }

    /**
     * Returns a stage that completes once the tail has delivered an entry. It fails if the entry is not in the logs,
     * because it follows an end that another node wrote.
     */
    private CompletionStage<EventId> written(String topic, @Nullable EventId start, EventId id) {
        return read(id).thenApply(v -> {
            EventId end = log.endOf(topic);
            boolean isOther = start != null && !start.equals(log.topic(topic).start());
            if (isOther || end != null && end.compareTo(id) < 0) {
                throw new TopicEndedException(topic);
            }
            return id;
        });
    }

    /**
     * Returns a stage that completes once the tail has delivered a start. It fails if another node has started the
     * topic before.
     */
    private CompletionStage<EventId> started(String topic, EventId id) {
        return read(id).thenApply(v -> {
            TopicStats known = log.topic(topic);
            if (known.state() == TopicState.UNKNOWN) {
                throw new IllegalStateException(
                        "topic \"" + topic + "\": UNKNOWN (expected: started at " + id + "; it was removed since)");
            }
            if (!id.equals(known.start())) {
                throw new TopicStartedException(topic, known.state());
            }
            leases.own(topic, id);
            return id;
        });
    }

    /** Returns a future that completes once the tail has delivered an entry of this node. */
    private CompletableFuture<Void> read(EventId id) {
        counts.beginWait();
        return awaited.delivered(id).whenComplete((v, failure) -> counts.endWait());
    }

    /**
     * Returns a future that completes once the tail has delivered a position, or after the timeout of the options; null
     * if the position is not ahead.
     */
    @Nullable
    CompletableFuture<Void> awaitPosition(EventId position) {
        return !store.isShared() || position.compareTo(log.latest()) <= 0
                ? null
                : awaited.reached(position).completeOnTimeout(null, aheadPatience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void appended(
            CompletableFuture<EventId> appended, long began, @Nullable EventId id, @Nullable Throwable failure) {
        if (id != null) {
            counts.appended(System.nanoTime() - began);
            newestOwn.accumulateAndGet(id, BinaryOperator.maxBy(Comparator.naturalOrder()));
        } else {
            counts.failed();
        }
        appending.remove(appended); // after its position was stored in newestOwn
        if (id != null) {
            appended.complete(id);
        } else {
            appended.completeExceptionally(failure == null ? new NullPointerException("store: no position") : failure);
        }
    }

    /**
     * Returns a future that completes once the tail has delivered all entries that this node has accepted; see {@link
     * SseHub#fix}.
     */
    CompletableFuture<Void> fix(EndPosition end) {
        log.hold(end);
        List<CompletableFuture<EventId>> accepted = appending.stream()
                .map(appended -> appended.exceptionally(failure -> new EventId(0, 0)))
                .toList();
        EventId newest = newestOwn.get(); // read after the appends: it is the newest of those that have completed
        CompletableFuture<Void> readable = new CompletableFuture<>();
        CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).thenRun(() -> {
            EventId last =
                    accepted.stream().map(CompletableFuture::join).reduce(newest, (a, b) -> a.compareTo(b) < 0 ? b : a);
            CompletableFuture<Void> reached = awaited.reached(end.fixAfter(last));
            reached.thenRun(() -> readable.complete(null));
            readable.whenComplete(
                    (v, failure) -> reached.complete(null)); // or the wait would stay when its caller has left
        });
        return readable;
    }

    HubStoreStats stats() {
        return counts.stats(appending.size(), tail.whyNotLoaded(), store.stats());
    }

    boolean isShared() {
        return store.isShared();
    }

    @Override
    public long disturbances() {
        long gaps = counts.gaps();
        try {
            return reconnects.accumulateAndGet(store.stats().reconnects(), Math::max) + gaps;
        } catch (Throwable e) { // a store may be the application's own
            HubLogger.LOGGER.debug("store: no statistics: {}", HubLogger.text(e));
            return reconnects.get() + gaps;
        }
    }

    /** Returns whether the logs have the entries of the store. */
    boolean isLoaded() {
        return tail.isLoaded();
    }

    /**
     * Rejects every further entry. Closes the logs once the tail has delivered the accepted entries, within a bound.
     * Idempotent.
     */
    void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        leases.close();
        CompletableFuture<Void> reached = fix(new EndPosition());
        if (reached.isDone()) {
            end();
        } else { // not on the tail's thread: the close of the tail may wait for it
            reached.orTimeout(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .whenCompleteAsync((v, late) -> end(), HubThreads.BLOCKING);
        }
    }

    TopicLeases leases() {
        return leases;
    }

    boolean isClosing() {
        return closing.get();
    }

    private void end() {
        tail.close();
        log.close();
        awaited.fail(new IllegalStateException("hub: closed"));
    }
}
