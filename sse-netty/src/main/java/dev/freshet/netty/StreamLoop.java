package dev.freshet.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The streams of one handler on one event loop: their timer, and what waits in their sockets. Confined to the loop. */
class StreamLoop {
    /** Who has the streams of all loops. */
    interface Owner {
        StreamOptions streamOptions();

        SseListener listener();

        Faults faults();

        /** For how long a loop is held at a time. */
        long longestHoldNanos();

        /** The shortest of the times that a timer looks after. */
        long shortestNanos();

        /** Of {@link Limits.Builder#unsentBytes} what is one event loop's. */
        long unsentShare();

        /** How many streams are open on all loops. */
        int count();

        /** A stream has joined. */
        void opened(StreamBase stream);

        /** A stream has left. */
        void closed(StreamBase stream);

        /** The group's last stream has left; on its loop. */
        void empty(StreamLoop group);

        void delivered(long bytes);

        void cutShort();
    }

    private static final long RETURNING_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** After which time the streams are looked at while too much waits in sockets. */
    private static final long RELIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Owner owner;
    private final EventLoop loop;
    private final List<StreamBase> connections = new ArrayList<>();
    private @Nullable ScheduledFuture<?> timer;
    /** Place of the stream whose tick comes next; below 0 outside a tick. */
    private int tickPlace = -1;

    private final StreamUnsentBytes unsent;
    private final StreamRelief relief;

    /** A tick comes before the timer's. */
    private boolean ticksSoon;

    /** How many streams there were when the first of those ended that end with their topic or hub, and since when. */
    private int returning;

    private long returningSince = System.nanoTime();

    StreamLoop(Owner owner, EventLoop loop) {
        this.owner = owner;
        this.loop = loop;
        this.unsent = new StreamUnsentBytes(owner.unsentShare());
        this.relief = new StreamRelief(unsent);
    }

    SseListener listener() {
        return owner.listener();
    }

    StreamOptions options() {
        return owner.streamOptions();
    }

    Faults faults() {
        return owner.faults();
    }

    EventLoop loop() {
        return loop;
    }

    void join(StreamBase connection) {
        assert loop.inEventLoop();
        connection.place = connections.size();
        connections.add(connection);
        connection.socket = StreamSocketBytes.join(connection.channel, connection.writesCopies(), unsent);
        owner.opened(connection);
        if (timer == null) {
            long nanos = owner.shortestNanos() / 8;
            timer = loop.scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    void leave(StreamBase connection) {
        assert loop.inEventLoop();
        StreamBase last = connections.remove(connections.size() - 1);
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
            owner.empty(this);
        }
        owner.closed(connection);
    }

    /** For how long the loop is held at a time, by the streams of one topic or by a tick. */
    long longestHoldNanos() {
        return owner.longestHoldNanos();
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
            unsent.most(owner.unsentShare());
            unsent.check(StreamUnsentBytes.MOST_LOOKS);
            tickPlace = connections.size() - 1;
            resumeTick();
        }
    }

    /** Goes on with a tick; what moves meanwhile may be passed over once, or told twice. */
    private void resumeTick() {
        assert loop.inEventLoop();
        long start = System.nanoTime();
        long now = start;
        tickPlace = Math.min(tickPlace, connections.size() - 1);
        try {
            while (tickPlace >= 0 && now - start <= longestHoldNanos()) {
                StreamBase connection = connections.get(tickPlace);
                tick(connection, now);
                relief.checked(connection, now);
                tickPlace = Math.min(tickPlace, connections.size()) - 1;
                now = System.nanoTime();
            }
        } finally {
            if (tickPlace >= 0) {
                afterInputAndOutput(this::resumeTick);
            } else {
                endTick(now);
            }
        }
    }

    private void endTick(long now) {
        relief.end(now);
        boolean isAnyWaiting = resumeWaiting(System.nanoTime() + longestHoldNanos());
        if ((unsent.isOver() || isAnyWaiting) && timer != null) {
            tickSoon();
        }
    }

    /** Lets those streams go on that wait for room, until the deadline; returns whether any still waits. */
    boolean resumeWaiting(long deadline) {
        return false;
    }

    private void tick(StreamBase connection, long now) {
        try {
            connection.tick(now);
            unsent.changed(connection.growth());
        } catch (Throwable e) {
            connection.fail(e); // and harm no other
        }
    }

    StreamUnsentBytes unsent() {
        return unsent;
    }

    void cutShort() {
        owner.cutShort();
    }

    /** How many streams the clients' returns are to be spread for, where all of a hub end. */
    int streams() {
        return owner.count();
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
        owner.delivered(bytes);
    }

    /** Streams have written in a row, and whatever they shared is let go of. */
    void passEnded() {
        if (timer == null) {
            unsent.close();
        } else if (unsent.isOver()) {
            unsent.most(owner.unsentShare());
            tickSoon();
        }
    }

    /** Before the timer has it: so much waits in sockets that streams are to be closed for it. */
    void tickSoon() {
        if (!ticksSoon) {
            ticksSoon = true;
            Runnable tick = () -> {
                ticksSoon = false;
                tick();
            };
            loop.schedule(tick, RELIEF_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** The stream has written, or its socket has taken something. */
    void count(StreamBase connection) {
        if (connection.socket != null) {
            connection.socket.count();
        }
        unsent.changed(connection.growth());
    }
}
