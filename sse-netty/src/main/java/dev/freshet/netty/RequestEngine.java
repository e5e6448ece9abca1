package dev.freshet.netty;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The state that all channels of one {@link SseHandler} share. Thread-safe. */
final class RequestEngine implements StreamLoop.Owner {
    private static final long LONGEST_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final RequestOptions options;
    private final long longestHoldNanos;
    private final StreamLimits limits;
    private final Faults faults;
    private final IncomingBudget requests;
    private final EventLoopHoldWatch holds;
    private final SseListener listener;
    private final StreamCounts counts = new StreamCounts();
    private final StreamSamplers samplers;
    private final SseConnections connections;
    private final Map<EventLoop, HubLoop> loops = new ConcurrentHashMap<>();
    private final StreamShutdown shutdown;
    private final ResponseRefusals refusals;

    RequestEngine(RequestOptions options) {
        this(options, LONGEST_HOLD_NANOS, System::nanoTime);
    }

    /**
     * An engine for tests. With 0 each turn of a loop serves one stream, so that an interrupted pass can be observed.
     * The ticker tells how long an application's code takes.
     */
    RequestEngine(RequestOptions options, long longestHoldNanos, LongSupplier ticker) {
        this.options = options;
        this.holds = new EventLoopHoldWatch(ticker);
        this.samplers = new StreamSamplers(holds);
        this.listener = new StreamListener(new WatchedListener(options.stream().listener(), holds), counts);
        this.connections = new SseConnections(counts, holds);
        this.longestHoldNanos = longestHoldNanos;
        this.faults = new Faults(listener::failed);
        this.limits = new StreamLimits(options.limits());
        this.requests = new IncomingBudget(options.limits(), options.stream().eventLoops());
        this.shutdown = new StreamShutdown(connections, options.limits().closeTimeout());
        this.refusals = new ResponseRefusals(options.refusals(), holds, faults);
        options.routes().bind(options);
    }

    @Override
    public long longestHoldNanos() {
        return longestHoldNanos;
    }

    StreamLimits limits() {
        return limits;
    }

    EventLoopHoldWatch holds() {
        return holds;
    }

    @Override
    public SseListener listener() {
        return listener;
    }

    @Override
    public Faults faults() {
        return faults;
    }

    IncomingBudget requests() {
        return requests;
    }

    @Override
    public StreamOptions streamOptions() {
        return options.stream();
    }

    @Override
    public long shortestNanos() {
        return options.shortestNanos();
    }

    RequestOptions options() {
        return options;
    }

    SseConnections connections() {
        return connections;
    }

    /** Returns the form of refusals. */
    ResponseRefusals refusals() {
        return refusals;
    }

    /** Returns the shutdown of all streams. */
    StreamShutdown shutdown() {
        return shutdown;
    }

    @Override
    public long unsentShare() {
        return options.limits().unsentBytes() / Math.max(options.stream().eventLoops(), loops.size());
    }

    HubLoop loop(EventLoop eventLoop) {
        return loops.computeIfAbsent(eventLoop, l -> new HubLoop(this, l));
    }

    @Override
    public void empty(StreamLoop loop) {
        loops.remove(loop.eventLoop(), loop);
    }

    /**
     * Registers an open stream and starts its lifetime. It is ended at once if a shutdown has begun or a revocation
     * matches it.
     */
    void joined(StreamBase stream, StreamRevocations.Mark received) {
        stream.lease.begin(stream, options.stream());
        received.test(stream);
        shutdown.joined(stream);
    }

    @Override
    public int count() {
        return connections.count();
    }

    @Override
    public void opened(StreamBase stream) {
        connections.opened(stream);
    }

    @Override
    public void closed(StreamBase stream) {
        connections.closed(stream);
        shutdown.left();
    }

    @Override
    public StreamCounts counts() {
        return counts;
    }

    @Override
    public StreamSamplers samplers() {
        return samplers;
    }

    /** Returns the endpoint, protocol and kind of a stream. */
    StreamOrigin origin(RequestContext asked, boolean finite) {
        return counts.origin(asked.options.stream(), asked.match.toString(), asked.protocol(), finite);
    }

    /** Counts a refusal, of any request. */
    void refused(HttpAnswer refusal) {
        if (refusal.why() != null) {
            counts.refused(refusal.why(), refusal.status());
        }
    }

    /** Counts a refusal of an endpoint's request, and calls the listener; nothing if the answer is no refusal. */
    void refused(RequestContext asked, int status, @Nullable RefusalReason why) {
        if (why != null) {
            counts.refused(why, status);
            FlightEvents.refused(asked.match.toString(), status, why);
            listener.refused(asked.known(), status, why);
        }
    }

    /** Returns the figures of streams and requests. */
    StreamStats stats() {
        Limits limits = options.limits();
        long unsent =
                loops.values().stream().mapToLong(loop -> loop.unsent().held()).sum();
        return counts.stats(
                connections.cutOff(),
                faults.peers(),
                Math.max(options.stream().eventLoops(), requests.loops()),
                new StreamCounts.Gauge(requests.held(), limits.incompleteBytes()),
                new StreamCounts.Gauge(Math.max(0, unsent), limits.unsentBytes()));
    }

    @Override
    public void cutShort() {
        connections.cutShort();
    }
}
