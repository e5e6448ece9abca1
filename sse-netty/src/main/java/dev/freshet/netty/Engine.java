package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What all channels of one {@link SseHandler} share. Thread-safe. */
final class Engine implements LoopGroup.Owner {
    private static final int WAVES = 10;
    private static final int WAVE_SIZE = 100;
    /** Of the time of a shutdown what finite streams have to end that do not by themselves: one in so many. */
    private static final int FINITE_SHARE = 10;

    private static final long LONGEST_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final RequestOptions options;
    private final long longestHoldNanos;
    private final StreamLimits limits;
    private final Faults faults;
    private final RequestBudget requests;
    private final HoldWatch holds;
    private final SseListener listener;
    private final SseConnections connections;
    private final Map<EventLoop, HubLoop> groups = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean stopping;
    /** Within the close timeout, not up to a deadline. */
    private volatile boolean closing;
    /** The deadline of the shutdown has come. */
    private volatile boolean aborted;

    Engine(RequestOptions options) {
        this(options, LONGEST_HOLD_NANOS, System::nanoTime);
    }

    /**
     * For tests: with 0 each turn of a loop is for one stream, so what a pass does when it is interrupted can be seen, and a clock
     * that the test moves tells how long an application's code takes.
     */
    Engine(RequestOptions options, long longestHoldNanos, LongSupplier ticker) {
        this.options = options;
        this.holds = new HoldWatch(ticker);
        this.listener = new WatchedListener(options.stream().listener(), holds);
        this.connections = new SseConnections(holds);
        this.longestHoldNanos = longestHoldNanos;
        this.faults = new Faults(listener::failed);
        this.limits = new StreamLimits(options.limits());
        this.requests = new RequestBudget(options.limits(), options.stream().eventLoops());
        options.routes().bind(options);
    }

    @Override
    public long longestHoldNanos() {
        return longestHoldNanos;
    }

    StreamLimits limits() {
        return limits;
    }

    HoldWatch holds() {
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

    RequestBudget requests() {
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

    boolean isStopping() {
        return stopping;
    }

    @Override
    public long unsentShare() {
        return options.limits().unsentBytes() / Math.max(options.stream().eventLoops(), groups.size());
    }

    HubLoop group(EventLoop loop) {
        return groups.computeIfAbsent(loop, l -> new HubLoop(this, l));
    }

    @Override
    public void empty(LoopGroup group) {
        groups.remove(group.loop(), group);
    }

    /**
     * A stream is among the open ones, and its time begins. The shutdown sets its flags and then looks at the streams, and
     * this looks at the flags after the stream was added: one of the two sees the other. One that comes after the end was
     * told or the deadline has come ends at once.
     */
    void joined(OpenStream connection, Revocations.Mark received) {
        connection.lease.begin(connection, options.stream());
        received.test(connection);
        if (stopping) {
            StreamEnd joins = StreamEnd.of(CloseReason.SHUTDOWN, 1);
            (closing ? joins : joins.withDeadline()).begin(List.of(connection));
            if (aborted || drained.isDone()) {
                connection.cutSoon();
            }
        }
    }

    @Override
    public int count() {
        return connections.count();
    }

    @Override
    public void opened(OpenStream stream) {
        connections.opened(stream);
    }

    @Override
    public void closed(OpenStream stream) {
        connections.closed(stream);
        completeIfDrained();
    }

    @Override
    public void delivered(long bytes) {
        connections.delivered(bytes);
    }

    @Override
    public void cutShort() {
        connections.cutShort();
    }

    private void completeIfDrained() {
        if (stopping && connections.count() == 0) {
            drained.complete(null);
        }
    }

    /** Each wave ends at a place of its own; what is left is cut off at the deadline. */
    CompletionStage<Void> shutdown(Duration deadline, @Nullable Duration comeBackIn) {
        Checks.atLeast("shutdown.deadline", deadline, 0);
        RetryRange retry = comeBackIn == null ? null : RetryRange.upTo("shutdown.comeBackIn", comeBackIn);
        stopping = true;
        List<OpenStream> open = open();
        // The streams of one HTTP/2 connection go together, and the connection after them.
        open.sort(Comparator.comparingInt(connection -> System.identityHashCode(socket(connection.channel))));
        int waves = Math.max(1, Math.min(WAVES, open.size() / WAVE_SIZE));
        StreamEnd end = new StreamEnd(
                CloseReason.SHUTDOWN, retry == null ? StreamEnd.comeBack(open.size()) : retry, null, true);
        Duration half = deadline.dividedBy(2);
        for (int wave = 0; wave < waves; wave++) {
            List<OpenStream> part = open.subList(open.size() * wave / waves, open.size() * (wave + 1) / waves);
            Stages.unlessDoneIn(half.multipliedBy(wave).dividedBy(waves), drained, () -> end.begin(part));
        }
        // Those that may end by themselves up to the deadline, and have not: cut off behind what was signalled.
        Stages.unlessDoneIn(deadline.minus(deadline.dividedBy(FINITE_SHARE)), drained, () -> StreamEnd.of(
                        CloseReason.SHUTDOWN, open.size())
                .begin(open()));
        Stages.unlessDoneIn(deadline, drained, this::cutOff);
        completeIfDrained();
        return drained;
    }

    /** Ends every stream at one place, within the close timeout, also where a shutdown with a later deadline is under way. */
    CompletionStage<Void> close() {
        closing = true;
        stopping = true;
        List<OpenStream> open = open();
        StreamEnd.of(CloseReason.SHUTDOWN, open.size()).begin(open);
        Stages.unlessDoneIn(options.limits().closeTimeout(), drained, this::cutOff);
        completeIfDrained();
        return drained;
    }

    private List<OpenStream> open() {
        List<OpenStream> open = new ArrayList<>();
        connections.all().forEach(open::add);
        return open;
    }

    /** The channel that has the socket. */
    private static Channel socket(Channel channel) {
        return channel instanceof Http2StreamChannel ? channel.parent() : channel;
    }

    /** Ends every stream, whatever waits to be written. */
    private void cutOff() {
        aborted = true;
        connections.all().forEach(OpenStream::cutSoon);
    }
}
