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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** What all channels of one {@link SseHandler} share. Thread-safe. */
final class Engine {
    static final Log log = new Log(LoggerFactory.getLogger("dev.freshet.netty"));

    private static final int WAVES = 10;
    private static final int WAVE_SIZE = 100;
    private static final long FAREWELL_RETRY_MILLIS = 1000;

    private static final long LONGEST_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Options options;
    private final long longestHoldNanos;
    private final Admission admission;
    private final Faults faults;
    private final RequestBudget requests;
    private final SseConnections connections = new SseConnections();
    private final Map<EventLoop, LoopGroup> groups = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean stopping;
    /** The deadline of the shutdown has come. */
    private volatile boolean aborted;

    Engine(Options options) {
        this(options, LONGEST_HOLD_NANOS);
    }

    /** With 0 each turn of a loop is for one stream: what a pass does when it is interrupted can be tested so. */
    Engine(Options options, long longestHoldNanos) {
        this.options = options;
        this.longestHoldNanos = longestHoldNanos;
        this.faults = new Faults(error -> call(() -> options.listener().failed(error)));
        this.admission = new Admission(
                options.limits().connections(),
                options.limits().connectionsPerAddress(),
                options.limits().connectionsPerKey());
        this.requests = new RequestBudget(options.limits(), options.eventLoops());
    }

    long longestHoldNanos() {
        return longestHoldNanos;
    }

    Admission admission() {
        return admission;
    }

    Faults faults() {
        return faults;
    }

    RequestBudget requests() {
        return requests;
    }

    Options options() {
        return options;
    }

    SseConnections connections() {
        return connections;
    }

    boolean isStopping() {
        return stopping;
    }

    LoopGroup group(EventLoop loop) {
        return groups.computeIfAbsent(loop, l -> new LoopGroup(this, l));
    }

    /** The group's last connection left; on its loop. */
    void empty(LoopGroup group) {
        groups.remove(group.loop(), group);
    }

    /**
     * A stream is among the open ones, and its time begins. The shutdown sets its flags and then looks at the streams, and
     * this looks at the flags after the stream was added: one of the two sees the other. One that comes after the end was
     * told or the deadline has come ends at once.
     */
    void joined(OpenStream connection) {
        connection.lease.begin(connection, options);
        if (stopping) {
            connection.farewell(farewellRetry(), CloseReason.SHUTDOWN);
            if (aborted || drained.isDone()) {
                connection.abort();
            }
        }
    }

    void left() {
        if (stopping && connections.count() == 0) {
            drained.complete(null);
        }
    }

    CompletionStage<Void> shutdown(Duration deadline) {
        Checks.atLeast("shutdown.deadline", deadline, 0);
        stopping = true;
        List<OpenStream> open = new ArrayList<>();
        connections.all().forEach(open::add);
        // The streams of one HTTP/2 connection go together, and the connection after them.
        open.sort(Comparator.comparingInt(connection -> System.identityHashCode(socket(connection.channel))));
        int waves = Math.max(1, Math.min(WAVES, open.size() / WAVE_SIZE));
        RetryRange retry = comeBack(Math.max(FAREWELL_RETRY_MILLIS, open.size()));
        Duration half = deadline.dividedBy(2);
        for (int wave = 0; wave < waves; wave++) {
            List<OpenStream> part = open.subList(open.size() * wave / waves, open.size() * (wave + 1) / waves);
            after(
                    half.multipliedBy(wave).dividedBy(waves),
                    drained,
                    () -> part.forEach(stream -> stream.farewell(retry.line(), CloseReason.SHUTDOWN)));
        }
        after(deadline, drained, this::abort);
        left();
        return drained;
    }

    /** The channel that has the socket. */
    private static Channel socket(Channel channel) {
        return channel instanceof Http2StreamChannel ? channel.parent() : channel;
    }

    /** Ends every stream, whatever waits to be written. */
    void abort() {
        aborted = true;
        connections.all().forEach(OpenStream::abort);
    }

    /** When to come back, spread over a second. */
    static byte[] farewellRetry() {
        return comeBack(FAREWELL_RETRY_MILLIS).line();
    }

    private static RetryRange comeBack(long spreadMillis) {
        return new RetryRange(FAREWELL_RETRY_MILLIS, FAREWELL_RETRY_MILLIS + spreadMillis - 1);
    }

    /** Unless it is done by then. On a thread that keeps no process alive, at once where there is no time at all. */
    static void after(Duration time, CompletableFuture<?> done, Runnable task) {
        if (time.isZero()) {
            task.run();
        } else {
            done.copy().orTimeout(time.toMillis(), TimeUnit.MILLISECONDS).whenComplete((v, late) -> {
                if (late != null) {
                    task.run();
                }
            });
        }
    }

    /** Calls a listener, whose failures are its own. */
    static void call(Runnable listener) {
        try {
            listener.run();
        } catch (Throwable e) {
            log.warn("listener failed", e);
        }
    }

    /** Runs the task on the loop: at once where this is its thread. Returns false where the loop has ended. */
    static boolean on(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return execute(loop, task);
    }

    /** Queues the task on the loop. Returns false where the loop has ended: its connections are gone. */
    static boolean execute(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("event loop has ended: {}", e.toString());
            return false;
        }
    }
}
