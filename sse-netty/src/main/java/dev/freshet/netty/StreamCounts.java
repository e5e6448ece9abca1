package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.log.Reset;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the streams of one handler. What is counted for each delivery is counted by its event loop alone, and
 * summed up when it is read. Thread-safe.
 */
final class StreamCounts {
    private static final int EVENTS = 0;
    private static final int BYTES = 1;
    private static final int HEARTBEATS = 2;
    private static final int CELLS = 3;

    /** The counters of one event loop, which alone adds to them. Any thread may read. */
    static final class Loop {
        private final AtomicLongArray cells = new AtomicLongArray(CELLS);

        void delivered(int events, long bytes) {
            add(EVENTS, events);
            add(BYTES, bytes);
        }

        void heartbeat() {
            add(HEARTBEATS, 1);
        }

        /** There is one writer, so neither an atomic addition nor a fence is needed. */
        private void add(int cell, long more) {
            cells.setOpaque(cell, cells.getPlain(cell) + more);
        }
    }

    private record Refused(RefusalReason why, int status) {}

    private final List<StreamOrigin> origins = new CopyOnWriteArrayList<>();
    private final Map<CloseReason, LongAdder> closed = counters(CloseReason.class);
    /** There are as many as reasons and statuses of refusals. */
    private final Map<Refused, LongAdder> refused = new ConcurrentHashMap<>();

    private final Map<ResumeOutcome, LongAdder> starts = counters(ResumeOutcome.class);
    private final Map<Reset.Reason, LongAdder> resets = counters(Reset.Reason.class);
    private final Set<Loop> loops = ConcurrentHashMap.newKeySet();
    /** The counts of the event loops that have ended. Guarded by {@code loops}. */
    private final long[] ended = new long[CELLS];

    private final FastThreadLocal<Loop> current = new FastThreadLocal<>() {
        @Override
        protected Loop initialValue() {
            Loop made = new Loop();
            loops.add(made);
            return made;
        }

        @Override
        protected void onRemoval(Loop loop) {
            synchronized (loops) {
                loops.remove(loop);
                for (int cell = 0; cell < CELLS; cell++) {
                    ended[cell] += loop.cells.getOpaque(cell);
                }
            }
        }
    };

    private static <E extends Enum<E>> Map<E, LongAdder> counters(Class<E> type) {
        Map<E, LongAdder> counters = new EnumMap<>(type);
        Arrays.stream(type.getEnumConstants()).forEach(value -> counters.put(value, new LongAdder()));
        return counters;
    }

    /** Returns the counters of the event loop whose thread calls. */
    Loop loop() {
        return current.get();
    }

    /** The origin of these; there are as many as endpoints, protocols and kinds of streams. */
    StreamOrigin origin(StreamOptions options, String path, String protocol, boolean finite) {
        StreamOrigin known = find(options, path, protocol, finite);
        if (known != null) {
            return known;
        }
        synchronized (origins) {
            StreamOrigin made = find(options, path, protocol, finite);
            if (made == null) {
                made = new StreamOrigin(options, path, protocol, finite);
                origins.add(made);
            }
            return made;
        }
    }

    private @Nullable StreamOrigin find(StreamOptions options, String path, String protocol, boolean finite) {
        for (StreamOrigin each : origins) {
            if (each.is(options, path, protocol, finite)) {
                return each;
            }
        }
        return null;
    }

    /** Counts a stream that opens; the outcome counts if it is of a hub. */
    void opened(StreamOrigin origin, ResumeOutcome outcome) {
        origin.opened().increment();
        if (!origin.finite()) {
            add(starts, outcome);
        }
    }

    void closed(StreamOrigin origin, CloseReason reason) {
        origin.closed().increment();
        add(closed, reason);
    }

    void refused(RefusalReason why, int status) {
        refused.computeIfAbsent(new Refused(why, status), made -> new LongAdder())
                .increment();
    }

    void reset(Reset.Reason reason) {
        add(resets, reason);
        FlightEvents.reset(reason);
    }

    private static <E extends Enum<E>> void add(Map<E, LongAdder> counters, E value) {
        LongAdder counter = counters.get(value);
        if (counter != null) {
            counter.increment();
        }
    }

    /** The events and bytes that were delivered, and the heartbeats, on all loops; those that have ended included. */
    private long sum(int cell) {
        synchronized (loops) {
            long sum = ended[cell];
            for (Loop loop : loops) {
                sum += loop.cells.getOpaque(cell);
            }
            return sum;
        }
    }

    long deliveredBytes() {
        return sum(BYTES);
    }

    /** The figures; what is not counted here is a parameter. */
    StreamStats stats(long cutOff, long peerFaults, int eventLoops, Gauge incomplete, Gauge unsent) {
        List<StreamStats.Refusal> refusals = refusals();
        return new StreamStats(
                endpoints(),
                sums(closed),
                byReason(refusals),
                refusals,
                sums(starts),
                sums(resets),
                sum(EVENTS),
                sum(BYTES),
                sum(HEARTBEATS),
                cutOff,
                peerFaults,
                eventLoops,
                incomplete.now(),
                incomplete.most(),
                unsent.now(),
                unsent.most());
    }

    /** A value and its bound. */
    record Gauge(long now, long most) {}

    private List<StreamStats.Endpoint> endpoints() {
        return origins.stream()
                .map(origin -> new StreamStats.Endpoint(
                        origin.path(),
                        origin.protocol(),
                        origin.finite() ? StreamStats.Kind.PUBLISHER : StreamStats.Kind.HUB,
                        origin.opened().sum(),
                        origin.open()))
                .toList();
    }

    private List<StreamStats.Refusal> refusals() {
        return refused.entrySet().stream()
                .map(each -> new StreamStats.Refusal(
                        each.getKey().why(),
                        each.getKey().status(),
                        each.getValue().sum()))
                .filter(refusal -> refusal.count() > 0) // else it is about to be counted
                .toList();
    }

    private static Map<RefusalReason, Long> byReason(List<StreamStats.Refusal> refusals) {
        Map<RefusalReason, Long> sums = new EnumMap<>(RefusalReason.class);
        for (RefusalReason why : RefusalReason.values()) {
            sums.put(why, 0L);
        }
        refusals.forEach(refusal -> sums.merge(refusal.why(), refusal.count(), Long::sum));
        return sums;
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> counters) {
        Map<E, Long> sums = new HashMap<>();
        counters.forEach((value, counter) -> sums.put(value, counter.sum()));
        return sums;
    }
}
