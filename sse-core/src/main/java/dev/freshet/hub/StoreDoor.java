package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.EndPlace;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** What goes from a hub to its store; {@link StoreTail} is what comes back. Thread-safe. */
final class StoreDoor implements LeaseWriter.Door {
    /** For the tail to bring what this node's store has taken, when the hub is closed. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    /** Of entries that the store has acknowledged and the tail has not brought: beyond it nothing is appended. */
    private static final int MOST_UNREAD = 262_144;

    private final EventStore store;
    private final HubLog log;
    private final StoreTail tail;
    private final AtomicBoolean closing = new AtomicBoolean();
    /** Handed to the store, and not answered yet. */
    private final Set<CompletableFuture<EventId>> appending = ConcurrentHashMap.newKeySet();
    /** Of this node's entries, of those that the store has answered. */
    private final AtomicReference<EventId> newestOwn = new AtomicReference<>(new EventId(0, 0));

    private final AwaitedPlaces awaited;
    private final PublishKeys keys = new PublishKeys();
    private final HubStoreCounts counts = new HubStoreCounts();
    private final Duration aheadPatience;
    private final TopicLeases leases;

    /** Blocks until what the store keeps is loaded, as the options say. */
    StoreDoor(HubLog log, StoreOptions options) {
        this.store = options.store();
        this.log = log;
        this.awaited = new AwaitedPlaces(log::latest);
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

    /** Fails where this node knows that the topic takes no such entry. */
    @Override
    public CompletionStage<EventId> append(LogEntry entry, @Nullable SseEvent event) {
        if (closing.get() || log.isClosed()) {
            throw new IllegalStateException("hub: closed");
        }
        log.requireFits(entry); // the store would keep it, and every tail would fail on it
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
            leases.starts(entry.topic());
        }
        try {
            store.append(Entries.toStore(entry, event), keys.next())
                    .whenComplete((id, failure) -> appended(appended, began, id, failure));
        } catch (Throwable e) {
            appended(appended, began, null, e);
            if (entry.kind() == LogEntry.Kind.START) {
                leases.startIsAnswered(entry.topic());
            } else if (!(e instanceof IllegalArgumentException)) {
                ends(entry);
            }
            throw e;
        }
        ends(entry); // kept or not
        return switch (entry.kind()) {
            case START -> {
                String topic = entry.topic();
                yield appended.thenCompose(id -> started(topic, id))
                        .whenComplete((id, failure) -> leases.startIsAnswered(topic));
            }
            case EVENT, LAST -> {
                String topic = entry.topic(); // not the body, which would be held until it is read
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

    /** Once the tail has brought it: behind an end that another node wrote before it has no place in the logs. */
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

    /** It is known once the tail has brought it, or that of another node before it. */
    private CompletionStage<EventId> started(String topic, EventId id) {
        return read(id).thenApply(v -> {
            TopicStats known = log.topic(topic);
            if (known.state() == TopicState.UNKNOWN) {
                throw new IllegalStateException("topic \"" + topic + "\": removed behind its start at " + id);
            }
            if (!id.equals(known.start())) {
                throw new TopicStartedException(topic, known.state());
            }
            leases.own(topic, id);
            return id;
        });
    }

    /** Completes once the tail has brought an entry of this node. */
    private CompletableFuture<Void> read(EventId id) {
        counts.waits();
        return awaited.brought(id).whenComplete((v, failure) -> counts.waitsNoMore());
    }

    /** Completes once the tail has brought a position that is newer than all so far, or after a while; null where none is newer. */
    @Nullable
    CompletableFuture<Void> awaitPlace(EventId place) {
        return !store.isShared() || place.compareTo(log.latest()) <= 0
                ? null
                : awaited.reached(place).completeOnTimeout(null, aheadPatience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void appended(
            CompletableFuture<EventId> appended, long began, @Nullable EventId id, @Nullable Throwable failure) {
        if (id != null) {
            counts.appended(System.nanoTime() - began);
            newestOwn.accumulateAndGet(id, BinaryOperator.maxBy(Comparator.naturalOrder()));
        } else {
            counts.failed();
        }
        appending.remove(appended); // behind its position, which is then among the newest
        if (id != null) {
            appended.complete(id);
        } else {
            appended.completeExceptionally(failure == null ? new NullPointerException("store: no position") : failure);
        }
    }

    /** Completes once the tail has brought all that this node had accepted; readers may be told earlier. */
    CompletableFuture<Void> fix(EndPlace place) {
        log.hold(place);
        List<CompletableFuture<EventId>> accepted = appending.stream()
                .map(appended -> appended.exceptionally(failure -> new EventId(0, 0)))
                .toList();
        EventId newest = newestOwn.get(); // behind the others: of those that are not among them it has the newest
        CompletableFuture<Void> readable = new CompletableFuture<>();
        CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).thenRun(() -> {
            EventId last =
                    accepted.stream().map(CompletableFuture::join).reduce(newest, (a, b) -> a.compareTo(b) < 0 ? b : a);
            CompletableFuture<Void> reached = awaited.reached(place.fixAfter(last));
            reached.thenRun(() -> readable.complete(null));
            readable.whenComplete((v, failure) -> reached.complete(null)); // nobody waits any more
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
        return store.stats().reconnects() + counts.losses();
    }

    /** Whether what the store keeps is in the logs. */
    boolean isLoaded() {
        return tail.isLoaded();
    }

    /** From now on it takes nothing; what it has taken is brought by the tail before the logs are closed, but for a bound. */
    void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        leases.close();
        CompletableFuture<Void> reached = fix(new EndPlace());
        if (reached.isDone()) {
            end();
        } else { // on another thread than the tail's, which the tail's end may wait for
            reached.orTimeout(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS).whenCompleteAsync((v, late) -> end());
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
