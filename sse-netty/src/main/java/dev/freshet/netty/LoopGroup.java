package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
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
    /** After which time the streams are looked at while too much waits in sockets. */
    private static final long RELIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Engine engine;
    private final EventLoop loop;
    private final List<OpenStream> connections = new ArrayList<>();
    private final IdentityHashMap<TopicLog, TopicFanout> fanouts = new IdentityHashMap<>();
    private @Nullable ScheduledFuture<?> timer;
    /** Place of the stream whose tick comes next; below 0 outside a tick. */
    private int tickPlace = -1;

    private final UnsentBytes unsent;
    private final SharedCopies copies;
    private final Relief relief;
    private final RoomQueue room;
    /** What is written before the log is read. */
    final SnapshotCopies snapshots;

    /** A tick comes before the timer's. */
    private boolean ticksSoon;

    private boolean ending;

    /** How many streams there were when the first of those ended that end with their topic or hub, and since when. */
    private int returning;

    private long returningSince = System.nanoTime();

    LoopGroup(Engine engine, EventLoop loop) {
        this.engine = engine;
        this.loop = loop;
        this.unsent = new UnsentBytes(engine.unsentShare());
        this.copies = new SharedCopies(unsent);
        this.snapshots = new SnapshotCopies(unsent);
        this.relief = new Relief(unsent);
        this.room = new RoomQueue(unsent);
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
        connection.socket = SocketBytes.join(connection, unsent);
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
        if (connection.socket != null) {
            if (connection.socket.leave()) {
                relief.left(connection.socket);
            }
            connection.socket = null;
        }
        unsent.changed(connection.growth());
        if (connections.isEmpty() && timer != null) {
            timer.cancel(false);
            timer = null;
            relief.close();
            unsent.close();
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
            unsent.most(engine.unsentShare());
            unsent.look(UnsentBytes.MOST_LOOKS);
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
                OpenStream connection = connections.get(tickPlace);
                tick(connection, now);
                relief.looked(connection, now);
                tickPlace = Math.min(tickPlace, connections.size()) - 1;
                now = System.nanoTime();
            }
        } finally {
            if (tickPlace >= 0) {
                afterInputAndOutput(this::tickOn);
            } else {
                endTick(now);
            }
        }
    }

    private void endTick(long now) {
        relief.end(now);
        room.goOn(System.nanoTime() + longestHoldNanos());
        if ((unsent.isOver() || !room.isEmpty()) && timer != null) {
            tickSoon();
        }
    }

    private void tick(OpenStream connection, long now) {
        try {
            connection.tick(now);
            unsent.changed(connection.growth());
        } catch (Throwable e) {
            connection.fail(e); // and harm no other
        }
    }

    UnsentBytes unsent() {
        return unsent;
    }

    /** A stream is about to read: first of all what those did in this pass who stood at the same place. */
    void beginRun(Cursor cursor) {
        assert loop.inEventLoop();
        copies.beginRun(cursor);
    }

    /** The batch that comes next where the stream goes the way of those before, for its cursor to compare. */
    @Nullable
    Batch shared() {
        return copies.next();
    }

    /** The batch as a buffer to write: copied out of the log once for all who read it, whatever their framing. */
    ByteBuf frame(Batch batch, Framing framing, ByteBufAllocator alloc) {
        assert loop.inEventLoop();
        delivered(batch.bytes().remaining());
        return copies.frame(batch, framing, alloc);
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

    /** Lets go of the copies, so that none is held but for those who write it. */
    void endPass() {
        ending = false;
        copies.letGo();
        if (timer == null) {
            unsent.close();
        } else if (unsent.isOver()) {
            unsent.most(engine.unsentShare());
            tickSoon();
        }
    }

    /** Before the timer has it: so much waits in sockets that streams are to be closed for it. */
    private void tickSoon() {
        if (!ticksSoon) {
            ticksSoon = true;
            Runnable tick = () -> {
                ticksSoon = false;
                tick();
            };
            loop.schedule(tick, RELIEF_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** Lets the stream go on once less waits in sockets. */
    void whenRoom(StreamConnection stream) {
        room.add(stream);
        tickSoon();
    }

    /** The stream has written, or its socket has taken something. */
    void count(OpenStream connection) {
        if (connection.socket != null) {
            connection.socket.count();
        }
        unsent.changed(connection.growth());
    }
}
