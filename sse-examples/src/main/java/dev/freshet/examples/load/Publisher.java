package dev.freshet.examples.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one that publishes: pipelined POSTs on a connection of its own. Where the server closes it, a new one is opened
 * as soon as there is something to send, and what had no answer is sent again: that may come twice through no fault of
 * the server's. Its package-private methods are for any thread; all else is confined to its event loop.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "NonAtomicVolatileUpdate"
}) // failures end the channel; one thread writes
final class Publisher implements Answers.Sink, AutoCloseable {

    /** Little may wait in this process, so that what counts as sent is little more than what the kernel took. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private static final int FRUITLESS = 3;

    private final Loops loops;
    private final EventLoop loop;
    private final Target target;
    private final Mark mark;
    private final Post post;

    private final long[] due; // confined, as all below that is not volatile
    private final BitSet refusals = new BitSet();
    private final BitSet resent = new BitSet();
    private @Nullable Channel channel;
    private int upTo;
    private int written;
    private boolean burst;
    private int fruitless;
    private boolean connecting = true; // the first one is at hand when there is something to publish
    private boolean waiting;
    private boolean closed;

    private volatile int sent;
    private volatile int answered;
    private volatile int refused;
    private volatile int taken;
    private volatile int reopened;
    private volatile int lastRefusal;
    private volatile long lag;
    private volatile long firstAt;
    private volatile long lastAt;
    private volatile @Nullable String failure;

    Publisher(Loops loops, Target target, Mark mark, int total) {
        this.loops = loops;
        this.loop = loops.publishing();
        this.target = target;
        this.mark = mark;
        this.due = new long[total];
        this.post = new Post(target, mark.size());
    }

    /** Connects. */
    void open() {
        ChannelFuture connecting = connect().awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw new LoadException("cannot publish to " + target.publishUrl() + ": "
                    + connecting.cause().getMessage());
        }
    }

    private ChannelFuture connect() {
        ChannelFuture connecting = loops.connectOn(loop)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new HttpResponseDecoder(), new Answers(Publisher.this));
                    }
                })
                .connect(Target.address(target.publishUrl()));
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                failure = String.valueOf(connected.cause().getMessage());
            }
        });
        return connecting;
    }

    /** Publishes the next events back to back. */
    void burst(int events) {
        loop.execute(() -> publish(events, 0));
    }

    /** Publishes the next events at a rate. */
    void atRate(int events, double rate) {
        loop.execute(() -> publish(events, Math.max(1, Math.round(1e9 / rate))));
    }

    /**
     * What is due does not wait for the server: all of a burst is due at once, however long the server holds it back.
     */
    private void publish(int events, long nanosBetween) {
        assert loop.inEventLoop();
        burst = nanosBetween == 0;
        long firstDue = System.nanoTime();
        firstAt = firstAt == 0 ? firstDue : firstAt;
        for (int i = 0; i < events; i++) {
            due[upTo + i] = firstDue + i * nanosBetween;
        }
        upTo += events;
        pump();
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
            Channel to = channel;
            if (to == null) {
                reopen();
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
        to.write(post.of(to.alloc(), mark.data(due[written], written)), to.voidPromise());
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
        fruitless = 0;
    }

    /** What had no answer is to be sent again. */
    @Override
    public void closed() {
        assert loop.inEventLoop();
        channel = null;
        if (answered < written) {
            resent.set(answered, written);
            written = answered;
        }
        if (!closed) {
            pump();
        }
    }

    private void reopen() {
        assert loop.inEventLoop();
        if (connecting || failure != null) {
            return;
        }
        if (++fruitless > FRUITLESS) {
            failure = "the connection is closed again and again";
            return;
        }
        reopened = reopened + 1;
        connecting = true;
        connect();
    }

    /** Whether all was sent and answered. */
    boolean isAnswered(int events) {
        return answered >= events;
    }

    int answered() {
        return answered;
    }

    int refused() {
        return refused;
    }

    /** How many were answered and not refused. */
    int taken() {
        return taken;
    }

    int lastRefusal() {
        return lastRefusal;
    }

    /** When it began. */
    long firstAt() {
        return firstAt;
    }

    @Nullable
    String failure() {
        return failure;
    }

    Report.Publish told() {
        return new Report.Publish(
                sent,
                answered,
                refused,
                lastRefusal,
                sent - answered,
                reopened,
                resent().cardinality(),
                firstAt == 0 ? 0 : (lastAt - firstAt) / 1e9,
                lag / 1e3);
    }

    /** The events that the server said it took. */
    BitSet accepted() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            BitSet accepted = new BitSet();
                            accepted.set(0, answered);
                            accepted.andNot(refusals);
                            return accepted;
                        },
                        loop)
                .join();
    }

    /** The events that were sent more than once, because the connection was lost before their answer. */
    BitSet resent() {
        return CompletableFuture.supplyAsync(() -> (BitSet) resent.clone(), loop)
                .join();
    }

    @Override
    public void close() {
        CompletableFuture.runAsync(
                        () -> {
                            closed = true;
                            if (channel != null) {
                                channel.close();
                            }
                        },
                        loop)
                .join();
    }

    @Override
    public void opened(Channel connection) {
        assert loop.inEventLoop();
        connecting = false;
        channel = connection;
        pump();
    }
}
