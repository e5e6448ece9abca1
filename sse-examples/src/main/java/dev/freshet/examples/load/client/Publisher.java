package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A publisher of every n-th event of a run, n being the number of publishers: it sends pipelined POSTs on a connection
 * of its own. If the server closes the connection, the publisher reconnects as soon as there is something to send, and
 * resends the requests that have no response. Such an event may be received twice, which is no fault of the server. If
 * the connection fails, the next attempt is at the next URL. Package-private methods are thread-safe; everything else
 * is confined to the event loop.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "NonAtomicVolatileUpdate"
}) // a failure closes the channel; one thread writes
final class Publisher implements Answers.Sink, AutoCloseable {

    private final EventLoop loop;
    private final PublishingConnection connection;
    private final int number;
    private final int step;
    private final Mark mark;

    private final long[] due; // confined, like the fields below that are not volatile
    private final BitSet refusals = new BitSet();
    private final BitSet resent = new BitSet();
    private int upTo;
    private int written;
    private boolean burst;
    private boolean waiting;
    private boolean closed;

    private volatile int sent;
    private volatile int answered;
    private volatile int refused;
    private volatile int taken;
    private volatile int lastRefusal;
    private volatile long lag;
    private volatile long firstAt;
    private volatile long lastAt;

    /**
     * Creates a publisher that is not connected.
     *
     * @param number the index of the publisher, and of its first URL
     * @param patience how long it retries without a response
     */
    Publisher(Loops loops, Target target, int number, Mark mark, int total, Duration patience) {
        this.loop = loops.publishing();
        List<Post> posts = target.publishUrls().stream()
                .map(url -> new Post(target, url, mark.size()))
                .toList();
        this.connection = new PublishingConnection(loops, loop, target.wire().trust(), posts, number, patience, this);
        this.number = number;
        this.step = posts.size();
        this.mark = mark;
        this.due = new long[total / step + 1];
    }

    /** Connects. */
    void open() {
        connection.open();
    }

    /**
     * Publishes its share of a range of events, each due so many nanoseconds after the one before. Due times do not
     * depend on the server: all events of a burst are due at once, however long the server delays them.
     */
    void publish(int from, int to, long nanosBetween) {
        loop.execute(() -> {
            burst = nanosBetween == 0;
            long firstDue = System.nanoTime();
            firstAt = firstAt == 0 ? firstDue : firstAt;
            for (int sequence = from + Math.floorMod(number - from, step); sequence < to; sequence += step) {
                due[upTo++] = firstDue + (sequence - from) * nanosBetween;
            }
            writeDue();
        });
    }

    @Override
    public void writable() {
        writeDue();
    }

    /** Writes the events that are due, while the channel is writable. */
    private void writeDue() {
        assert loop.inEventLoop();
        long now = System.nanoTime();
        while (written < upTo) {
            if (due[written] - now > 0) {
                writeDueIn(due[written] - now);
                return;
            }
            Channel to = connection.channel();
            if (to == null) {
                connection.reconnect();
                return;
            }
            if (!to.isWritable()) {
                return;
            }
            while (written < upTo && to.isWritable() && due[written] - now <= 0) {
                write(to, now);
            }
            to.flush();
            now = System.nanoTime();
        }
    }

    private void writeDueIn(long nanos) {
        assert loop.inEventLoop();
        if (!waiting) {
            waiting = true;
            loop.schedule(
                    () -> {
                        waiting = false;
                        writeDue();
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        }
    }

    private void write(Channel to, long now) {
        assert loop.inEventLoop();
        if (!burst) {
            lag = Math.max(lag, now - due[written]);
        }
        to.write(connection.post().of(to.alloc(), mark.data(due[written], written * step + number)), to.voidPromise());
        written++;
        lastAt = now;
        sent = Math.max(sent, written);
    }

    @Override
    public void answered(int status) {
        assert loop.inEventLoop();
        if (status < 200 || status > 299) {
            refusals.set(answered);
            lastRefusal = status;
            refused = refused + 1;
        } else {
            taken = taken + 1;
        }
        answered = answered + 1;
        connection.succeeded();
    }

    /** Resets the position to the first request without a response, which is to be sent again. */
    @Override
    public void closed() {
        assert loop.inEventLoop();
        connection.lost(answered < upTo);
        if (answered < written) {
            resent.set(answered, written);
            written = answered;
        }
        if (!closed) {
            writeDue();
        }
    }

    int answered() {
        return answered;
    }

    int refused() {
        return refused;
    }

    int lastRefusal() {
        return lastRefusal;
    }

    /** Returns why its last events have no response, or null if all have one. */
    @Nullable
    String failure() {
        return connection.failure();
    }

    /** Returns whether it has given up, or the server has accepted nothing and never will. */
    boolean isHopeless() {
        return connection.hasGivenUp() || (refused > 0 && taken == 0);
    }

    /**
     * Throws if the server has accepted nothing and never will.
     *
     * @throws LoadException if the server has accepted nothing and never will
     */
    void refuseHopeless() {
        if (isHopeless() && taken == 0) {
            String reason = connection.failure();
            throw connection.cannotPublish(reason == null ? "the answer was " + lastRefusal : reason);
        }
    }

    /** Returns when it began to publish, or 0 before. */
    long firstAt() {
        return firstAt;
    }

    Report.Publish report() {
        return new Report.Publish(
                sent,
                answered,
                refused,
                lastRefusal,
                sent - answered,
                connection.reopened(),
                connection.failedConnects(),
                resent().cardinality(),
                firstAt == 0 ? 0 : (lastAt - firstAt) / 1e9,
                lag / 1e3);
    }

    /** Returns the events that the server acknowledged. */
    BitSet accepted() {
        return sequences(() -> {
            BitSet accepted = new BitSet();
            accepted.set(0, answered);
            accepted.andNot(refusals);
            return accepted;
        });
    }

    /** Returns the events that were sent more than once, because the connection was lost before their response. */
    BitSet resent() {
        return sequences(() -> resent);
    }

    private BitSet sequences(Supplier<BitSet> own) {
        BitSet sequences = new BitSet();
        CompletableFuture.runAsync(
                        () -> own.get().stream().forEach(index -> sequences.set(index * step + number)), loop)
                .join();
        return sequences;
    }

    @Override
    public void close() {
        CompletableFuture.runAsync(
                        () -> {
                            closed = true;
                            connection.close();
                        },
                        loop)
                .join();
    }

    @Override
    public void opened(Channel channel) {
        assert loop.inEventLoop();
        connection.opened(channel);
        writeDue();
    }
}
