package dev.freshet.examples.load.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
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
 * All streams of a run, which it connects and compares with what was published. What a stream calls is confined to the
 * one event loop that reads them all; all else is thread-safe.
 *
 * <p>Latency runs from when an event was due, which in a burst is the start of the burst, so that a server that holds
 * back the publisher is not flattered. Where clients come back, it runs from the start of the connection to the last
 * event that it had missed.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // the event loop alone writes
public final class Fleet implements AutoCloseable {

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final Target target;
    private final Expected expected;
    private final int count;
    private final int window;
    private final @Nullable String lastEventId;
    private final int firstUrl;
    private final List<InetSocketAddress> addresses;

    private final Arrivals arrivals;
    private final Subscriber.Sink sink = new Ends();
    private final List<Subscriber> subscribers; // confined, as all below that is not volatile
    private int pending;
    private boolean closing;

    private volatile int open;
    private volatile int failed;
    private volatile int closed;
    private volatile @Nullable String failure;
    private volatile long connectedAt;

    /**
     * Streams at the URLs by turns.
     *
     * @param connections how many
     * @param window how many of them may be connecting at a time
     * @param lastEventId what they have seen, as they say; null for nothing
     * @param firstUrl the number of the URL that the first is at
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
        this.bootstrap = loops.connectOn(loop);
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
            int number = (firstUrl + subscribers.size()) % addresses.size();
            URI url = target.urls().get(number);
            InetSocketAddress address = addresses.get(number);
            Subscriber subscriber = new Subscriber(sink, arrivals, target, url, expected, lastEventId);
            InetSocketAddress source = Target.source(address, subscribers.size() % target.sources());
            subscribers.add(subscriber);
            pending++;
            Bootstrap one = bootstrap.clone().handler(subscriber.pipeline());
            ChannelFuture connecting = source == null ? one.connect(address) : one.connect(address, source);
            subscriber.connected(connecting.channel());
            connecting.addListener(connected -> {
                if (!connected.isSuccess()) {
                    subscriber.notConnected(connected.cause());
                }
            });
        }
    }

    /** Not at once: a connection that fails at once would be one call deeper in the stack each time. */
    private void later() {
        assert loop.inEventLoop();
        if (subscribers.size() < count) {
            loop.execute(this::connectMore);
        }
    }

    /** Has so many streams read no more: from now on they are counted by themselves. */
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

    /** Has those streams read on. */
    public void readOn() {
        CompletableFuture.runAsync(() -> allStuck().forEach(Subscriber::readOn), loop)
                .join();
    }

    /** Whether each of those streams has ended or got so many events. */
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

    /** How many events have come to those streams. */
    public long stuckReceived() {
        return arrivals.stuckReceived();
    }

    /** Whether each connection is a stream or has failed. */
    public boolean isConnected() {
        return open + closed + failed >= count;
    }

    /** How many streams are open and checked. */
    public int open() {
        return open;
    }

    public int failed() {
        return failed;
    }

    int closed() {
        return closed;
    }

    /** Where a stream was not opened first, and why. */
    public @Nullable String failure() {
        return failure;
    }

    /** How many events have come, each counted once for each stream. */
    public long received() {
        return arrivals.received();
    }

    /** When the last stream was opened. */
    public long connectedAt() {
        return connectedAt;
    }

    /** When the last event came; 0 before the first. */
    public long lastReceivedAt() {
        return arrivals.lastAt();
    }

    /** Compares with what the server had accepted, and had been sent more than once, once all that is there was read. */
    public Tally tally(BitSet accepted, BitSet resent) {
        return CompletableFuture.supplyAsync(() -> compare(accepted, resent), this::inTheNextTurn)
                .join();
    }

    /** What is executed may come before the loop looks at its sockets again; what it schedules itself comes after. */
    private void inTheNextTurn(Runnable task) {
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
                arrivals.latency());
    }

    /** The beginning and the end of each stream. */
    private final class Ends implements Subscriber.Sink {

        @Override
        public void opened() {
            assert loop.inEventLoop();
            pending--;
            open = open + 1;
            connectedAt = System.nanoTime();
            later();
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
                later();
            } else if (!subscriber.isStuck()) {
                open = open - 1;
                closed = closed + 1;
            }
        }
    }

    /** Closes all streams; what ends from now on is no fault of the server's. */
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
