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
 * One that publishes each so-manieth event of a run: pipelined POSTs on a connection of its own. Where the server closes it, a new one is
 * opened as soon as there is something to send, and what had no answer is sent again: that may come twice through no fault of the
 * server's. Where that fails it is tried again, at the next URL each time. Its package-private methods are for any thread; all else is
 * confined to its event loop.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "NonAtomicVolatileUpdate"
}) // failures end the channel; one thread writes
final class Publisher implements Answers.Sink, AutoCloseable {

    private final EventLoop loop;
    private final PublishingConnection connection;
    private final int number;
    private final int step;
    private final Mark mark;

    private final long[] due; // confined, as all below that is not volatile
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
     * A publisher.
     *
     * @param number which of them it is, and at which URL it begins
     * @param patience how long it tries to go on where nothing is answered any more
     */
    Publisher(Loops loops, Target target, int number, Mark mark, int total, Duration patience) {
        this.loop = loops.publishing();
        List<Post> posts = target.publishUrls().stream()
                .map(url -> new Post(target, url, mark.size()))
                .toList();
        this.connection = new PublishingConnection(loops, loop, posts, number, patience, this);
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
     * Publishes its own of these events, due so long after each other. What is due does not wait for the server: all of
     * a burst is due at once, however long the server holds it back.
     */
    void publish(int from, int to, long nanosBetween) {
        loop.execute(() -> {
            burst = nanosBetween == 0;
            long firstDue = System.nanoTime();
            firstAt = firstAt == 0 ? firstDue : firstAt;
            for (int sequence = from + Math.floorMod(number - from, step); sequence < to; sequence += step) {
                due[upTo++] = firstDue + (sequence - from) * nanosBetween;
            }
            pump();
        });
    }

    @Override
    public void writable() {
        pump();
    }

    /** Writes what is due while the channel takes it. */
    private void pump() {
        assert loop.inEventLoop();
        long now = System.nanoTime();
        while (written < upTo) {
            if (due[written] - now > 0) {
                pumpIn(due[written] - now);
                return;
            }
            Channel to = connection.channel();
            if (to == null) {
                connection.openAnew();
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

    private void pumpIn(long nanos) {
        assert loop.inEventLoop();
        if (!waiting) {
            waiting = true;
            loop.schedule(
                    () -> {
                        waiting = false;
                        pump();
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

    /** What had no answer is to be sent again. */
    @Override
    public void closed() {
        assert loop.inEventLoop();
        connection.lost(answered < upTo);
        if (answered < written) {
            resent.set(answered, written);
            written = answered;
        }
        if (!closed) {
            pump();
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

    /** Why its last events had no answer; null where all had one. */
    @Nullable
    String failure() {
        return connection.failure();
    }

    /** Whether it has given up, or nothing was taken and nothing will be. */
    boolean isHopeless() {
        return connection.hasGivenUp() || (refused > 0 && taken == 0);
    }

    /** Throws where nothing was taken and nothing will be. */
    void refuseHopeless() {
        if (isHopeless() && taken == 0) {
            String reason = connection.failure();
            throw connection.cannotPublish(reason == null ? "the answer was " + lastRefusal : reason);
        }
    }

    /** When it began; 0 before. */
    long firstAt() {
        return firstAt;
    }

    Report.Publish told() {
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

    /** The events that the server said it took. */
    BitSet accepted() {
        return sequences(() -> {
            BitSet accepted = new BitSet();
            accepted.set(0, answered);
            accepted.andNot(refusals);
            return accepted;
        });
    }

    /** The events that were sent more than once, because the connection was lost before their answer. */
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
        pump();
    }
}
