package dev.freshet.hub;

import dev.freshet.codec.EventPieces;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Retention;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Snapshots;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.logging.FallbackLog;
import dev.freshet.logging.LogText;
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
 * A source of snapshots of the state of some topics. Each snapshot is taken once and shared by all streams that begin
 * with it.
 *
 * <p>An application makes one object for each set of clients that may see the same state, an authorisation cohort, and
 * names it in each of their replies: the state that the supplier returns is sent to all of them. An object that is made
 * for each request shares nothing.
 *
 * <p>A snapshot has a position in the hub's order, and everything that is published after that follows it. One snapshot
 * therefore serves all streams that start while it is no older than {@link #maxAge}, and those that waited for it, as
 * long as the log has every event after it. Then the next one is taken. The supplier is called on the executor, one
 * call at a time, and streams that start meanwhile wait for its result. A call that has not returned within 30 s is
 * abandoned, and the next stream causes another call. An application changes its state before it publishes the change:
 * the change is then in the state, or follows it, or both. Topics with {@link Retention#none()} retain nothing: events
 * that are published to them between the snapshot and the start of a stream are not sent, so the state should not
 * depend on them.
 *
 * <p>Encoded snapshots count against {@link Retention#hubBytes} while they serve new streams or are being sent. All
 * snapshots of a hub take at most a quarter of that, for which the oldest events are evicted. If another one would be
 * over the quarter, the newest continues to serve for half a minute while the log has every event after it. After that
 * the oldest snapshot is dropped, and a client that has not received all of it has lagged.
 *
 * <p>Thread-safe; immutable except for the snapshot that it keeps.
 */
public final class SseSnapshot {
    private static final Logger logger = LoggerFactory.getLogger(SseSnapshot.class);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final long LONGEST_CALL_MILLIS = 30_000;

    private final SseHub hub;
    private final Set<String> topics;
    private final Executor executor;
    private final Supplier<State> supplier;
    private final Duration maxAge;

    /** Guarded by this object, like the fields below. */
    private @Nullable Snapshot newest;

    private @Nullable CompletableFuture<Snapshot> running;
    /** The uptime of the hub at which that began. */
    private long runningSince;

    private SseSnapshot(SseHub hub, Set<String> topics, Executor executor, Supplier<State> supplier, Duration maxAge) {
        this.hub = hub;
        this.topics = topics;
        this.executor = executor;
        this.supplier = supplier;
        this.maxAge = maxAge;
    }

    /**
     * Returns a source of snapshots, each of which serves for a second.
     *
     * @param topics the topics of the state, at least one; streams that follow some of them may name this object
     * @param executor runs the supplier, on a thread that may block. If the executor rejects the task, or would run it
     *     on the calling thread, clients are refused and retry later. A task that it accepts must run
     * @param supplier returns the state; called when a stream starts that no earlier snapshot serves. The call fails if
     *     the supplier throws, or returns null, an event that is null or whose id the hub refuses ({@link
     *     SseHub#checkEventId}), or a position that the hub has not reached. The requests that wait are then refused
     *     with 500, and the next one causes another call
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
     * Returns the same source with another age, and with a snapshot of its own.
     *
     * @param age how long a snapshot serves new streams after its supplier was called, unless there is no room for
     *     another; 1 ms to 365 days, default 1 s. Its memory is released when no stream has started for about as long,
     *     a minute later at most
     * @throws IllegalArgumentException if the age is out of its range
     */
    public SseSnapshot maxAge(Duration age) {
        Objects.requireNonNull(age, "age");
        if (age.compareTo(Duration.ofMillis(1)) < 0 || age.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("snapshot.maxAge: " + age + " (expected: 1 ms to 365 days)");
        }
        return new SseSnapshot(hub, topics, executor, supplier, age);
    }

    /** Returns the hub of the topics. */
    public SseHub hub() {
        return hub;
    }

    /** Returns the topics of the state; immutable. */
    public Set<String> topics() {
        return topics;
    }

    /** Returns the snapshot that serves a stream that starts now, or null; for transports. */
    public synchronized @Nullable Snapshot newest() {
        Snapshot kept = newest;
        return kept != null && snapshots().isFresh(kept) ? kept : null;
    }

    /**
     * Returns the next snapshot, from the call that is under way, or else from a new one; for transports.
     *
     * @param unfit the snapshot that does not serve, or null
     * @return a stage for all that wait; fails with {@link RejectedExecutionException} if the executor has no room, and
     *     with another exception, which is logged, if there is no snapshot
     */
    public CompletionStage<Snapshot> next(@Nullable Snapshot unfit) {
        CompletableFuture<Snapshot> next = new CompletableFuture<>();
        CompletableFuture<Snapshot> hung;
        synchronized (this) {
            Snapshot kept = newest();
            if (kept != null && kept != unfit) {
                return CompletableFuture.completedFuture(kept);
            }
            long now = snapshots().uptime(); // by code of the application, which may throw
            if (running != null && now - runningSince < LONGEST_CALL_MILLIS) {
                return running.minimalCompletionStage();
            }
            hung = running;
            running = next;
            runningSince = now;
        }
        if (hung != null) {
            logger.warn(
                    "snapshot of {}: its supplier has not returned, and is called again",
                    LogText.escaped(topics.toString()));
            hung.completeExceptionally(new RejectedExecutionException("snapshot: its supplier has not returned"));
        }
        execute(next);
        return next.minimalCompletionStage();
    }

    /**
     * Opens a cursor after a snapshot, unless the reader resumes; for transports. See {@link Snapshots#open}.
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
                    end(next, null, onCaller()); // an event loop, which may also run the task later
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
            EventId latest = hub.latest(); // before the state is read: a later event may be in it, and follows
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
                    ? new RejectedExecutionException(message) // another node has read it, and this one soon will
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
        FallbackLog.warn(logger, "snapshot of {} failed", LogText.escaped(topics, cause));
        return new IllegalStateException("snapshot: failed", cause);
    }

    private void end(CompletableFuture<Snapshot> next, @Nullable Snapshot taken, @Nullable Throwable failure) {
        synchronized (this) {
            running = running == next ? null : running; // it is another call if this one was abandoned
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
     * The state that a supplier returns. Immutable and thread-safe.
     *
     * @param events the state, in the order in which it is sent; without ids of their own, because the id of the last
     *     one is the position
     * @param position the position of the state in the hub's order, if the supplier has it, for example from a database
     *     that keeps the position beside the data; null for the position of the hub when the supplier was called. A
     *     position of an earlier hub in memory is taken for the newest position of this hub that is not after it. If a
     *     store has given the position and this node has not read it yet, clients are refused and retry later
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

        /**
         * Returns the state of now. Events that are published while the supplier reads it are sent after it, whether or
         * not the state has them.
         */
        public static State of(List<SseEvent> events) {
            return new State(events, null);
        }

        /** Returns this state at a position. Everything that comes after the position is sent, and nothing else. */
        public State at(EventId position) {
            return new State(events, Objects.requireNonNull(position, "position"));
        }
    }
}
