package dev.freshet.examples.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * All streams of a run: connects them, counts what they get, and measures how late. Thread-safe; but for that, what is not public to the
 * package is confined to the one event loop that reads them all.
 *
 * <p>Latency runs from when an event was due, so that a server that holds back the publisher is not flattered. Where clients come
 * back, it runs from the start of the connection to the last event that it had missed.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // the event loop alone writes
final class Fleet implements AutoCloseable {

    /** What has come of it all. */
    record Tally(
            long expected,
            long received,
            long lost,
            long doubled,
            long reordered,
            long foreign,
            int closed,
            int stuckClosed,
            Histogram latency) {}

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final Target target;
    private final Expected expected;
    private final int count;
    private final int window;
    private final @Nullable String lastEventId;
    private final InetSocketAddress address;

    private final List<Subscriber> subscribers; // confined, as all below that is not volatile
    private final Histogram latency = new Histogram(3);
    private byte[] scratch = new byte[1 << 12];
    private long now;
    private int pending;
    private boolean closing;
    private long receivedSoFar;
    private long doubled;
    private long reordered;
    private long foreign;
    private int stuckClosed;

    private volatile int open;
    private volatile int failed;
    private volatile int closed;
    private volatile @Nullable String failure;
    private volatile long received;
    private volatile long connectedAt;
    private volatile long lastReceivedAt;

    Fleet(Loops loops, Target target, Expected expected, Work work, @Nullable String lastEventId) {
        this.loop = loops.reading();
        this.bootstrap = loops.connectOn(loop);
        this.target = target;
        this.expected = expected;
        this.count = work.connections();
        this.window = work.window();
        this.lastEventId = lastEventId;
        this.address = Target.address(target.url());
        this.subscribers = new ArrayList<>(count);
    }

    /** Starts to connect. */
    void connect() {
        loop.execute(this::connectMore);
    }

    private void connectMore() {
        assert loop.inEventLoop();
        while (!closing && pending < window && subscribers.size() < count) {
            Subscriber subscriber = new Subscriber(this, target, expected, lastEventId);
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

    void opened() {
        pending--;
        open = open + 1;
        connectedAt = System.nanoTime();
        later();
    }

    void ended(Subscriber subscriber, @Nullable String reason) {
        assert loop.inEventLoop();
        if (closing) {
            return;
        }
        if (reason != null) {
            pending--;
            failed = failed + 1;
            failure = failure == null ? reason : failure;
            later();
        } else if (subscriber.isStuck()) {
            stuckClosed++;
        } else {
            open = open - 1;
            closed = closed + 1;
        }
    }

    /** Not at once: a connection that fails at once would be one call deeper in the stack each time. */
    private void later() {
        if (subscribers.size() < count) {
            loop.execute(this::connectMore);
        }
    }

    void read(ByteBuf bytes, MarkScanner scanner) {
        assert loop.inEventLoop();
        int length = bytes.readableBytes();
        if (length > scratch.length) {
            scratch = new byte[Integer.highestOneBit(length) << 1];
        }
        bytes.getBytes(bytes.readerIndex(), scratch, 0, length);
        long before = receivedSoFar;
        now = System.nanoTime();
        scanner.scan(scratch, 0, length);
        if (receivedSoFar != before) {
            lastReceivedAt = now;
            received = receivedSoFar;
        }
    }

    void delivered(Subscriber subscriber, long due) {
        receivedSoFar++;
        if (lastEventId == null) {
            latency.recordValue(Math.max(0, now - due));
        } else if (subscriber.isWhole()) {
            latency.recordValue(now - subscriber.startedAt());
        }
    }

    void doubled() {
        doubled++;
    }

    void reordered() {
        reordered++;
    }

    void foreign() {
        foreign++;
    }

    /** Has so many streams read no more: they are not checked from now on. */
    void stopReading(int stuck) {
        CompletableFuture.runAsync(
                        () -> {
                            for (Subscriber subscriber : subscribers.subList(0, stuck)) {
                                open = subscriber.stopReading() ? open - 1 : open;
                            }
                        },
                        loop)
                .join();
    }

    /** Whether each connection is a stream or has failed. */
    boolean isConnected() {
        return open + closed + failed >= count;
    }

    /** How many streams are open and checked. */
    int open() {
        return open;
    }

    int failed() {
        return failed;
    }

    int closed() {
        return closed;
    }

    @Nullable
    String failure() {
        return failure;
    }

    /** How many events have come, each counted once for each stream. */
    long received() {
        return received;
    }

    /** When the last stream was opened. */
    long connectedAt() {
        return connectedAt;
    }

    /** When the last event came; 0 before the first. */
    long lastReceivedAt() {
        return lastReceivedAt;
    }

    /** Compares with what the server had accepted. */
    Tally tally(BitSet accepted) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            BitSet due = (BitSet) accepted.clone();
                            due.clear(0, expected.first());
                            long checked = 0;
                            long lost = 0;
                            for (Subscriber subscriber : subscribers) {
                                if (!subscriber.isStuck()) {
                                    checked++;
                                    lost += subscriber.missing(due);
                                }
                            }
                            return new Tally(
                                    checked * due.cardinality(),
                                    receivedSoFar,
                                    lost,
                                    doubled,
                                    reordered,
                                    foreign,
                                    closed,
                                    stuckClosed,
                                    latency);
                        },
                        loop)
                .join();
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
