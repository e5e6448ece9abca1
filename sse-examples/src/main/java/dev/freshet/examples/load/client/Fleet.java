package dev.freshet.examples.load.client;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a run: it connects them, and compares what they receive with what was published. The callbacks of a
 * stream are confined to the one event loop that reads all streams; everything else is thread-safe.
 *
 * <p>The latency of an event begins when it was due, which in a burst is the start of the burst. A server that holds
 * back the publisher therefore has no advantage. If clients reconnect, the latency is from the start of the connection
 * to the last event that was missed.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
public final class Fleet implements AutoCloseable {

    private final EventLoop loop;
    private final Connector connector;
    private final Target target;
    private final Expected expected;
    private final int count;
    private final int window;
    private final @Nullable String lastEventId;
    private final int firstUrl;
    private final List<InetSocketAddress> addresses;

    private final Arrivals arrivals;
    private final Subscriber.Sink sink = new Ends();
    private final List<Subscriber> subscribers; // confined, like the fields below that are not volatile
    private int pending;
    private boolean closing;

    private volatile int open;
    private volatile int failed;
    private volatile int closed;
    private volatile @Nullable String failure;
    private volatile long connectedAt;

    /**
     * Creates streams that are not connected yet, at the URLs in rotation.
     *
     * @param connections how many
     * @param window how many of them may be connecting at a time
     * @param lastEventId the last event id that they send; null for none
     * @param firstUrl the index of the URL of the first stream
     */
    public Fleet(
            Loops loops,
            Target target,
            Expected expected,
            int connections,
            int window,
            @Nullable String lastEventId,
            int firstUrl) {
        this.loop = loops.reading();
        this.connector = new Connector(loops.connectOn(loop), target);
        this.target = target;
        this.expected = expected;
        this.count = connections;
        this.window = window;
        this.lastEventId = lastEventId;
        this.firstUrl = firstUrl;
        this.addresses = target.urls().stream().map(Target::address).toList();
        this.arrivals = new Arrivals(loop);
        this.subscribers = new ArrayList<>(count);
    }

    /** Starts to connect. */
    public void connect() {
        loop.execute(this::connectMore);
    }

    private void connectMore() {
        assert loop.inEventLoop();
        while (!closing && pending < window && subscribers.size() < count) {
            int first = subscribers.size();
            int connection = first / target.wire().streamsPerConnection();
            int number = (firstUrl + connection) % addresses.size();
            URI url = target.urls().get(number);
            InetSocketAddress address = addresses.get(number);
            for (int i = 0; i < target.wire().streamsPerConnection() && subscribers.size() < count; i++) {
                subscribers.add(new Subscriber(sink, arrivals, target, url, expected, lastEventId));
            }
            List<Subscriber> together = List.copyOf(subscribers.subList(first, subscribers.size()));
            pending += together.size();
            InetSocketAddress source = Target.source(address, connection % target.sources());
            Channel channel = connector.open(address, source, connection, together);
            together.forEach(subscriber -> subscriber.connected(channel));
        }
    }

    /** Connects more in a later task: if each connection failed at once, the stack would grow with each. */
    private void connectMoreLater() {
        assert loop.inEventLoop();
        if (subscribers.size() < count) {
            loop.execute(this::connectMore);
        }
    }

    /** Stops reading on so many streams, which are counted separately from then on. */
    public void stopReading(int count) {
        CompletableFuture.runAsync(
                        () -> {
                            for (Subscriber subscriber : subscribers.subList(0, count)) {
                                open = subscriber.stopReading() ? open - 1 : open;
                            }
                        },
                        loop)
                .join();
    }

    /** Resumes reading on the stuck streams. */
    public void readOn() {
        CompletableFuture.runAsync(() -> allStuck().forEach(Subscriber::readOn), loop)
                .join();
    }

    /** Returns whether each stuck stream has ended or has received so many events. */
    public boolean haveCaughtUp(int events) {
        return CompletableFuture.supplyAsync(
                        () -> allStuck().allMatch(subscriber -> subscriber.isEnded() || subscriber.unique() >= events),
                        loop)
                .join();
    }

    private Stream<Subscriber> allStuck() {
        assert loop.inEventLoop();
        return subscribers.stream().filter(Subscriber::isStuck);
    }

    /** Returns the number of events that the stuck streams received. */
    public long stuckReceived() {
        return arrivals.stuckReceived();
    }

    /** Returns whether each connection is a stream or has failed. */
    public boolean isConnected() {
        return open + closed + failed >= count;
    }

    /** Returns the number of open streams that are not stuck. */
    public int open() {
        return open;
    }

    public int failed() {
        return failed;
    }

    int closed() {
        return closed;
    }

    /** Returns the URL and the reason of the first stream that was not opened, or null. */
    public @Nullable String failure() {
        return failure;
    }

    /** Returns the number of events received, each counted once for each stream. */
    public long received() {
        return arrivals.received();
    }

    /** Returns when the last stream was opened. */
    public long connectedAt() {
        return connectedAt;
    }

    /** Returns when the last event was received; 0 before the first. */
    public long lastReceivedAt() {
        return arrivals.lastAt();
    }

    /**
     * Compares what was received with what was published, once everything that has arrived is read.
     *
     * @param accepted the events that the server acknowledged
     * @param resent the events that were sent more than once
     */
    public Tally tally(BitSet accepted, BitSet resent) {
        return CompletableFuture.supplyAsync(() -> compare(accepted, resent), this::executeAfterPoll)
                .join();
    }

    /**
     * Runs a task after the loop has polled its sockets again: a task that it executes may run before, one that it
     * schedules itself runs after.
     */
    private void executeAfterPoll(Runnable task) {
        loop.execute(() -> loop.schedule(task, 0, TimeUnit.NANOSECONDS));
    }

    private Tally compare(BitSet accepted, BitSet resent) {
        assert loop.inEventLoop();
        BitSet due = (BitSet) accepted.clone();
        due.clear(0, expected.first());
        long streams = 0;
        long lost = 0;
        int caughtUp = 0;
        int stuckClosed = 0;
        int behind = 0;
        for (Subscriber subscriber : subscribers) {
            int missing = subscriber.missing(due);
            if (!subscriber.isStuck()) {
                streams++;
                lost += missing;
            } else if (missing == 0) {
                caughtUp++;
            } else if (subscriber.isEnded()) {
                stuckClosed++;
            } else {
                behind++;
            }
        }
        Counts checked = arrivals.checked();
        Counts stuck = arrivals.stuck();
        return new Tally(
                streams * due.cardinality(),
                checked.allReceived(),
                lost,
                checked.doubled(resent),
                checked.doubledOf(resent) + stuck.doubledOf(resent),
                checked.allReordered(),
                checked.allDisordered(),
                checked.allForeign(),
                closed,
                new Tally.Stuck(
                        caughtUp,
                        stuckClosed,
                        behind,
                        stuck.allReceived(),
                        stuck.doubled(resent),
                        stuck.allReordered(),
                        stuck.allDisordered()),
                arrivals.latency(),
                target.wire().compressed() ? arrivals.compression().report() : null);
    }

    /** The count of streams that open and end. */
    private final class Ends implements Subscriber.Sink {

        @Override
        public void opened() {
            assert loop.inEventLoop();
            pending--;
            open = open + 1;
            connectedAt = System.nanoTime();
            connectMoreLater();
        }

        @Override
        public void ended(Subscriber subscriber, @Nullable String reason) {
            assert loop.inEventLoop();
            if (closing) {
                return;
            }
            if (reason != null) {
                pending--;
                failure = failure == null ? subscriber.url() + ": " + reason : failure;
                failed = failed + 1;
                connectMoreLater();
            } else if (!subscriber.isStuck()) {
                open = open - 1;
                closed = closed + 1;
            }
        }
    }

    /** Closes all streams; their ends do not count as closed by the server. */
    @Override
    public void close() {
        CompletableFuture.runAsync(
                        () -> {
                            closing = true;
                            subscribers.forEach(Subscriber::close);
                        },
                        loop)
                .join();
    }
}
