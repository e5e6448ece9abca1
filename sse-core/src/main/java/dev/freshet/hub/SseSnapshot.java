package dev.freshet.hub;

import dev.freshet.codec.EventPieces;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Retention;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Snapshots;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.UnheardFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of some topics, taken once and shared by all streams that begin with it.
 *
 * <p>An application makes one for each set of clients that may see the same state, an authorisation cohort, and names it in
 * each of their replies: what the supplier returns is sent to all of them. One that is made for each request shares nothing.
 *
 * <p>A snapshot stands at a position of the hub, and is followed by everything that is published after it. So one of them
 * serves all who come while it is no older than {@link #maxAge}, and those who waited for it, as long as the log has everything
 * after it; then the next is taken. The supplier is called on the executor, once at a time, and whoever comes meanwhile waits for
 * what it returns; one that has not returned within 30 s is given up, and the next who comes has it called again. An
 * application changes its state before it publishes the change: then a change is in the state, or follows it, or both. Of
 * topics with {@link Retention#none()} nothing is kept: what is published to them between the snapshot and the start of a
 * stream is not sent, so the state should not be made of it.
 *
 * <p>Encoded snapshots count for {@link Retention#hubBytes} while they serve newcomers or are being sent. All of a hub take at most
 * a quarter of it, for which the oldest events go. Where another would be over that, the newest serves on for half a
 * minute while the log has everything after it; then the oldest snapshot goes, and a client that has not taken all of it has lagged. Thread-safe; immutable but for the snapshot that it keeps.
 */
public final class SseSnapshot {
    private static final Logger logger = LoggerFactory.getLogger(SseSnapshot.class);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final long LONGEST_CALL_NANOS = Duration.ofSeconds(30).toNanos();

    private final SseHub hub;
    private final Set<String> topics;
    private final Executor executor;
    private final Supplier<State> supplier;
    private final Duration maxAge;

    /** Guarded by this, as what follows. */
    private @Nullable Snapshot newest;

    private @Nullable CompletableFuture<Snapshot> running;
    private long runningSince;

    private SseSnapshot(SseHub hub, Set<String> topics, Executor executor, Supplier<State> supplier, Duration maxAge) {
        this.hub = hub;
        this.topics = topics;
        this.executor = executor;
        this.supplier = supplier;
        this.maxAge = maxAge;
    }

    /**
     * The state of topics, each snapshot of which serves for a second.
     *
     * @param topics whose state it is, at least one; streams that follow some of them may name it
     * @param executor runs the supplier, on a thread that may block; where it rejects that, or would run it on the calling
     *     thread, clients are told to come later. A task that it takes must run
     * @param supplier returns the state; called when a client comes whom no earlier snapshot serves. Where it throws, or returns
     *     null, an event that is null or whose id the hub refuses ({@link SseHub#checkEventId}), or a position that the hub has not
     *     come to, those who wait for it are refused with 500, and the next who comes has it called again
     * @throws IllegalArgumentException if there is no topic, or one is empty or too long
     */
    public static SseSnapshot of(SseHub hub, Collection<String> topics, Executor executor, Supplier<State> supplier) {
        Set<String> names = new LinkedHashSet<>(Objects.requireNonNull(topics, "topics"));
        if (names.isEmpty()) {
            throw new IllegalArgumentException("snapshot.topics: none (expected: at least one)");
        }
        names.forEach(SseHub::checkTopic);
        return new SseSnapshot(
                Objects.requireNonNull(hub, "hub"),
                Set.copyOf(names),
                Objects.requireNonNull(executor, "executor"),
                Objects.requireNonNull(supplier, "supplier"),
                Duration.ofSeconds(1));
    }

    /**
     * The same with another age, and a snapshot of its own.
     *
     * @param age for how long a snapshot serves newcomers after its supplier was called, unless there is no room for another;
     *     1 ms to 365 days, default 1 s. Its memory is given back when nobody has come for about so long, a minute later at most
     * @throws IllegalArgumentException if the age is another
     */
    public SseSnapshot maxAge(Duration age) {
        Objects.requireNonNull(age, "age");
        if (age.compareTo(Duration.ofMillis(1)) < 0 || age.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("snapshot.maxAge: " + age + " (expected: 1 ms to 365 days)");
        }
        return new SseSnapshot(hub, topics, executor, supplier, age);
    }

    /** The hub whose topics they are. */
    public SseHub hub() {
        return hub;
    }

    /** Whose state it is; immutable. */
    public Set<String> topics() {
        return topics;
    }

    /** For transports: the one that serves who comes now, or null. */
    public synchronized @Nullable Snapshot newest() {
        Snapshot kept = newest;
        return kept != null && snapshots().isFresh(kept) ? kept : null;
    }

    /**
     * For transports: another than the one that does not serve, from the call that is under way, or else from a new one.
     *
     * @param unfit that does not serve, or null
     * @return for all who wait; fails with {@link RejectedExecutionException} where the executor has no room, and with another
     *     exception, which is logged, where there is no snapshot
     */
    public CompletionStage<Snapshot> next(@Nullable Snapshot unfit) {
        CompletableFuture<Snapshot> next = new CompletableFuture<>();
        CompletableFuture<Snapshot> hung;
        synchronized (this) {
            Snapshot kept = newest();
            if (kept != null && kept != unfit) {
                return CompletableFuture.completedFuture(kept);
            }
            if (running != null && System.nanoTime() - runningSince < LONGEST_CALL_NANOS) {
                return running.minimalCompletionStage();
            }
            hung = running;
            running = next;
            runningSince = System.nanoTime();
        }
        if (hung != null) {
            logger.warn("snapshot of {}: its supplier has not returned, and is called again", topics);
            hung.completeExceptionally(new RejectedExecutionException("snapshot: its supplier has not returned"));
        }
        execute(next);
        return next.minimalCompletionStage();
    }

    /**
     * For transports: places a cursor behind a snapshot, unless the reader resumes; see {@link Snapshots#open}.
     *
     * @throws IllegalStateException if the hub is closed
     */
    public @Nullable Start open(Collection<String> names, StartRequest request, @Nullable Snapshot snapshot) {
        return snapshots()
                .open(Objects.requireNonNull(names, "names"), Objects.requireNonNull(request, "request"), snapshot);
    }

    private void execute(CompletableFuture<Snapshot> next) {
        Thread caller = Thread.currentThread();
        try {
            executor.execute(() -> {
                if (Thread.currentThread() == caller) {
                    end(next, null, onCaller()); // an event loop, which also runs what it was given for later
                } else {
                    take(next);
                }
            });
        } catch (Throwable e) {
            end(next, null, e instanceof RejectedExecutionException ? e : failed(e));
        }
    }

    private static RejectedExecutionException onCaller() {
        return new RejectedExecutionException(
                "executor: ran the supplier on the calling thread (expected: a thread of its own)");
    }

    private void take(CompletableFuture<Snapshot> next) {
        try {
            long takenAt = snapshots().uptime();
            EventId latest = hub.latest(); // before the state is looked at: what comes later may be in it, and follows
            State state = Objects.requireNonNull(supplier.get(), "snapshot");
            EventId position = state.position() == null ? latest : checked(state.position());
            state.events().forEach(hub::checkEventId);
            List<byte[]> pieces = new ArrayList<>();
            new EventPieces(state.events(), position.toString()).forEachRemaining(pieces::add);
            end(next, keep(position, takenAt, pieces), null);
        } catch (Throwable e) {
            IllegalStateException failure = failed(e);
            end(next, null, e instanceof RejectedExecutionException ? e : failure);
        }
    }

    private EventId checked(EventId position) {
        EventId latest = hub.latest();
        EventId own = hub.log().atOrBefore(position);
        if (own.compareTo(latest) > 0) {
            String message = "snapshot.position: " + position + " (expected: one of the hub's, at most " + latest + ")";
            throw hub.log().isOfStore()
                    ? new RejectedExecutionException(message) // another node has seen more; this one will soon
                    : new IllegalArgumentException(message);
        }
        return own;
    }

    private Snapshot keep(EventId position, long takenAt, List<byte[]> pieces) {
        Snapshot before;
        synchronized (this) {
            before = newest;
        }
        return snapshots().keep(position, takenAt, maxAge.toMillis(), pieces, before);
    }

    private IllegalStateException failed(Throwable cause) {
        UnheardFailure.warn(logger, "snapshot of {} failed", topics, cause);
        return new IllegalStateException("snapshot: failed", cause);
    }

    private void end(CompletableFuture<Snapshot> next, @Nullable Snapshot taken, @Nullable Throwable failure) {
        synchronized (this) {
            running = running == next ? null : running; // another, where it was given up
            newest = taken == null ? newest : taken;
        }
        if (taken != null) {
            next.complete(taken);
        } else {
            next.completeExceptionally(Objects.requireNonNull(failure, "failure"));
        }
    }

    private Snapshots snapshots() {
        return hub.log().snapshots();
    }

    /**
     * What a supplier returns. Immutable and thread-safe.
     *
     * @param events the state, in the order in which it is sent; without ids of their own, for the last one's is the position
     * @param position where it stands in the hub, if the supplier knows that, as of a database that keeps the position beside the
     *     data; null for where the hub stood when the supplier was called. One of an earlier hub in memory is taken for the newest of
     *     this hub that is not after it. One that a store has given and this node has not seen yet has clients come later
     */
    public record State(List<SseEvent> events, @Nullable EventId position) {
        /**
         * Copies the events.
         *
         * @throws NullPointerException if one of them is null
         */
        public State {
            events = List.copyOf(Objects.requireNonNull(events, "events"));
        }

        /** The state now: what is published while it is looked at is sent after it, whether it is in it or not. */
        public static State of(List<SseEvent> events) {
            return new State(events, null);
        }

        /** The same at this position: everything that comes after it is sent, and nothing else. */
        public State at(EventId position) {
            return new State(events, Objects.requireNonNull(position, "position"));
        }
    }
}
