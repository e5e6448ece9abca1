package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.TopicLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The streams of one engine on one event loop, and what they share. Confined to the loop. */
final class LoopGroup {
    private static final long RETURNING_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** As much as a stream reads in one go, so that those behind it in the pass find all of it. */
    private static final int MOST_COPIED_BYTES = StreamConnection.FLUSHES_IN_A_ROW * StreamConnection.SHARED_BYTES;

    private static final int MOST_COPIES = 1024;

    private final Engine engine;
    private final EventLoop loop;
    private final List<OpenStream> connections = new ArrayList<>();
    private final IdentityHashMap<TopicLog, TopicFanout> fanouts = new IdentityHashMap<>();
    private @Nullable ScheduledFuture<?> timer;
    /** Place of the stream whose tick comes next; below 0 outside a tick. */
    private int tickPlace = -1;

    /** What was read in this pass, and the copies of it. */
    private final List<Batch> shared = new ArrayList<>();

    private final List<ByteBuf> copies = new ArrayList<>();
    private long copiedBytes;
    /** What is written before the log is read. */
    final SnapshotCopies snapshots = new SnapshotCopies();

    /** Where the last stream began that read anything, and where the one that reads now is. */
    private int runStart;

    private int at;
    private boolean isNewRun;
    private boolean ending;

    /** How many streams there were when the first of those ended that end with their topic or hub, and since when. */
    private int returning;

    private long returningSince = System.nanoTime();

    LoopGroup(Engine engine, EventLoop loop) {
        this.engine = engine;
        this.loop = loop;
    }

    Options options() {
        return engine.options();
    }

    Faults faults() {
        return engine.faults();
    }

    EventLoop loop() {
        return loop;
    }

    /** Joins the fan-out of its topics, too. */
    void follow(StreamConnection connection) {
        join(connection);
        List<TopicLog> logs = connection.cursor.logs();
        for (int slot = 0; slot < logs.size(); slot++) {
            fanouts.computeIfAbsent(logs.get(slot), log -> new TopicFanout(this, log))
                    .join(connection, slot);
        }
    }

    void join(OpenStream connection) {
        assert loop.inEventLoop();
        connection.place = connections.size();
        connections.add(connection);
        engine.connections().opened(connection);
        if (timer == null) {
            long nanos = options().shortestNanos() / 8;
            timer = loop.scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    void unfollow(StreamConnection connection) {
        List<TopicLog> logs = connection.cursor.logs();
        for (int slot = 0; slot < logs.size(); slot++) {
            TopicFanout fanout = fanouts.get(logs.get(slot));
            if (fanout != null && fanout.leave(connection, slot)) {
                fanouts.remove(logs.get(slot));
            }
        }
        leave(connection);
    }

    void leave(OpenStream connection) {
        assert loop.inEventLoop();
        OpenStream last = connections.remove(connections.size() - 1);
        if (last != connection) {
            connections.set(connection.place, last);
            last.place = connection.place;
        }
        if (connections.isEmpty() && timer != null) {
            timer.cancel(false);
            timer = null;
            engine.empty(this);
        }
        engine.connections().closed(connection);
        engine.left();
    }

    /** For how long the loop is held at a time, by the streams of one topic or by a tick. */
    long longestHoldNanos() {
        return engine.longestHoldNanos();
    }

    /**
     * Runs the task on the loop's next turn. A task that is executed instead runs before the loop looks at its sockets
     * again, and so do all that it executes, for as long as a second; one that is scheduled waits for the next turn.
     */
    void afterInputAndOutput(Runnable task) {
        assert loop.inEventLoop();
        loop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        if (tickPlace < 0) {
            tickPlace = connections.size() - 1;
            tickOn();
        }
    }

    /** Goes on with a tick; what moves meanwhile may be passed over once, or told twice. */
    private void tickOn() {
        assert loop.inEventLoop();
        long start = System.nanoTime();
        long now = start;
        tickPlace = Math.min(tickPlace, connections.size() - 1);
        try {
            while (tickPlace >= 0 && now - start <= longestHoldNanos()) {
                tick(connections.get(tickPlace), now);
                tickPlace = Math.min(tickPlace, connections.size()) - 1;
                now = System.nanoTime();
            }
        } finally {
            if (tickPlace >= 0) {
                afterInputAndOutput(this::tickOn);
            }
        }
    }

    private static void tick(OpenStream connection, long now) {
        try {
            connection.tick(now);
        } catch (Throwable e) {
            connection.fail(e); // and harm no other
        }
    }

    /** A stream is about to read: first of all what the one before it did, where that stood at the same place. */
    void beginRun() {
        assert loop.inEventLoop();
        at = runStart;
        isNewRun = true;
    }

    /** The batch that comes next where the stream goes the way of the one before, for its cursor to compare. */
    @Nullable
    Batch shared() {
        return at < shared.size() ? shared.get(at) : null;
    }

    /** The batch as a buffer to write: copied out of the log once for all who read it in a row, whatever their framing. */
    ByteBuf frame(Batch batch, Framing framing, ByteBufAllocator alloc) {
        assert loop.inEventLoop();
        if (batch != shared()) {
            copy(batch, alloc);
        }
        int length = batch.bytes().remaining();
        ByteBuf copy = copies.get(at++);
        isNewRun = false;
        delivered(length);
        return framing.share(copy, length);
    }

    /** To the end of what is shared, which is where the stream is then. */
    private void copy(Batch batch, ByteBufAllocator alloc) {
        ByteBuf copy = Framing.chunk(alloc, batch.bytes());
        if (copiedBytes + copy.capacity() > MOST_COPIED_BYTES || copies.size() == MOST_COPIES) {
            letGo();
        }
        at = copies.size();
        if (isNewRun) {
            runStart = at;
        }
        shared.add(batch);
        copies.add(copy);
        copiedBytes += copy.capacity();
    }

    void cutShort() {
        engine.connections().cutShort();
    }

    /** How many streams the clients' returns are to be spread for, where all of a hub end. */
    int streams() {
        return engine.connections().count();
    }

    /** The same for an end that each stream comes to by itself: as many as there were when the first did. */
    int returning() {
        long now = System.nanoTime();
        if (now - returningSince > RETURNING_NANOS) {
            returningSince = now;
            returning = 0;
        }
        returning = Math.max(returning, streams());
        return returning;
    }

    void delivered(long bytes) {
        engine.connections().delivered(bytes);
    }

    /** Ends the pass of all who read in this turn of the loop: those that open or become writable together share, too. */
    void endPassSoon() {
        if (!ending) {
            ending = true;
            if (!Engine.execute(loop, this::endPass)) {
                endPass();
            }
        }
    }

    /** Lets go of the copies, so that none is held but by those who write it. */
    void endPass() {
        ending = false;
        letGo();
    }

    private void letGo() {
        copies.forEach(ByteBuf::release);
        copies.clear();
        shared.clear();
        copiedBytes = 0;
        runStart = 0;
        at = 0;
    }
}
