package dev.freshet.netty;

import dev.freshet.log.Reset;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The streams of one handler on one event loop, with their timer and their unsent bytes. Confined to the loop. */
class StreamLoop {
    /** The owner of the streams of all loops. */
    interface Owner {
        StreamOptions streamOptions();

        SseListener listener();

        Faults faults();

        /** The longest time for which a loop is held at a time. */
        long longestHoldNanos();

        /** The shortest of the times that a timer enforces. */
        long shortestNanos();

        /** The part of {@link Limits.Builder#unsentBytes} for one loop. */
        long unsentShare();

        /** The number of open streams on all loops. */
        int count();

        /** Called when a stream has joined. */
        void opened(StreamBase stream);

        /** Called when a stream has left. */
        void closed(StreamBase stream);

        /** Called on its loop when the loop's last stream has left. */
        void empty(StreamLoop loop);

        /** The counters of all loops. */
        StreamCounts counts();

        StreamSamplers samplers();

        /** Counts a stream that is closed before its end is reached. */
        void cutShort();
    }

    private static final long RETURNING_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** The time between ticks while the limit of unsent bytes is exceeded. */
    private static final long RELIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Owner owner;
    private final EventLoop eventLoop;
    private final List<StreamBase> joined = new ArrayList<>();
    private @Nullable ScheduledFuture<?> timer;
    /** The index of the stream that is checked next; below 0 outside of a tick. */
    private int tickIndex = -1;

    private final StreamCounts.Loop counts;
    private final StreamSampling sampling;
    private final StreamUnsentBytes unsent;
    private final StreamLoadShedding relief;

    /** Whether a tick is scheduled before the timer's. */
    private boolean ticksSoon;

    /** The number of streams when the first one of those ended that end with their topic or hub. */
    private int returning;

    /** The time of that end. */
    private long returningSince = System.nanoTime();

    /** Called on the loop. */
    StreamLoop(Owner owner, EventLoop eventLoop) {
        this.owner = owner;
        this.eventLoop = eventLoop;
        this.counts = owner.counts().loop();
        this.sampling = new StreamSampling(eventLoop, owner.samplers());
        this.unsent = new StreamUnsentBytes(eventLoop, owner.unsentShare());
        this.relief = new StreamLoadShedding(eventLoop, unsent);
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

    EventLoop eventLoop() {
        return eventLoop;
    }

    void join(StreamBase stream) {
        assert eventLoop.inEventLoop();
        stream.index = joined.size();
        joined.add(stream);
        stream.socket = StreamSocketBytes.join(stream.channel, stream.writesCopies(), unsent);
        owner.opened(stream);
        if (timer == null) {
            long nanos = owner.shortestNanos() / 8;
            sampling.timerSet(EventLoops.nanoTime(eventLoop) + nanos);
            timer = eventLoop.scheduleWithFixedDelay(() -> timerFired(nanos), nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Removes a stream and tells the listener, unless it was closed before it joined. */
    void leave(StreamBase stream, CloseReason why) {
        if (stream.index >= 0) {
            leave(stream);
            listener().closed(stream, why);
        }
    }

    void leave(StreamBase stream) {
        assert eventLoop.inEventLoop();
        StreamBase last = joined.remove(joined.size() - 1);
        if (last != stream) {
            joined.set(stream.index, last);
            last.index = stream.index;
        }
        if (stream.socket != null) {
            if (stream.socket.leave()) {
                relief.left(stream.socket);
            }
            stream.socket = null;
        }
        unsent.changed(stream.growth());
        if (joined.isEmpty() && timer != null) {
            timer.cancel(false);
            timer = null;
            relief.close();
            unsent.close();
            owner.empty(this);
        }
        owner.closed(stream);
    }

    /** The longest time for which the loop is held at a time, by the streams of one topic or by a tick. */
    long longestHoldNanos() {
        return owner.longestHoldNanos();
    }

    /**
     * Runs the task in the loop's next iteration. A task that is executed instead runs before the loop polls its
     * sockets again, and so do all tasks that it executes, for up to a second; a scheduled task waits for the next
     * iteration.
     */
    void afterInputAndOutput(Runnable task) {
        assert eventLoop.inEventLoop();
        eventLoop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    private void timerFired(long period) {
        sampling.timerFired(EventLoops.nanoTime(eventLoop));
        tick();
        sampling.timerSet(EventLoops.nanoTime(eventLoop) + period);
    }

    private void tick() {
        if (tickIndex < 0) {
            unsent.most(owner.unsentShare());
            unsent.check(StreamUnsentBytes.MOST_CHECKS);
            tickIndex = joined.size() - 1;
            sampling.tickBegins(joined.size());
            resumeTick();
        }
    }

    /** Continues a tick. A stream whose index changes meanwhile may be skipped once, or checked twice. */
    private void resumeTick() {
        assert eventLoop.inEventLoop();
        long start = EventLoops.nanoTime(eventLoop);
        long now = start;
        tickIndex = Math.min(tickIndex, joined.size() - 1);
        try {
            while (tickIndex >= 0 && now - start <= longestHoldNanos()) {
                StreamBase stream = joined.get(tickIndex);
                tick(stream, now);
                relief.checked(stream, now);
                tickIndex = Math.min(tickIndex, joined.size()) - 1;
                now = EventLoops.nanoTime(eventLoop);
            }
        } finally {
            if (tickIndex >= 0) {
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

    /** Resumes the streams that wait for room, until the deadline; returns whether any still waits. */
    boolean resumeWaiting(long deadline) {
        return false;
    }

    private void tick(StreamBase stream, long now) {
        try {
            if (sampling.samplesLag(tickIndex) && stream.writesCopies()) {
                sampling.lag(stream.lag()); // before the tick drains or closes the stream
            }
            stream.tick(now, sampling.isTimed());
            unsent.changed(stream.growth());
        } catch (Throwable e) {
            stream.fail(e); // only this stream
        }
    }

    StreamUnsentBytes unsent() {
        return unsent;
    }

    void cutShort() {
        owner.cutShort();
    }

    /** Returns the number of clients whose reconnections are to be spread, if all streams of a hub end at once. */
    int streams() {
        return owner.count();
    }

    /**
     * Returns the same number if each stream reaches its end by itself: that of the streams when the first one did.
     */
    int returning() {
        assert eventLoop.inEventLoop();
        long now = System.nanoTime();
        if (now - returningSince > RETURNING_NANOS) {
            returningSince = now;
            returning = 0;
        }
        returning = Math.max(returning, streams());
        return returning;
    }

    StreamSampling sampling() {
        return sampling;
    }

    /** The counters of this loop. */
    StreamCounts.Loop counts() {
        return counts;
    }

    /** Counts a reset that a stream is told while it is open, and returns it. */
    Reset counted(Reset reset) {
        owner.counts().reset(reset.reason());
        return reset;
    }

    /** Called at the end of a pass, when the copies that its streams shared are released. */
    void passEnded() {
        assert eventLoop.inEventLoop();
        if (timer == null) {
            unsent.close();
        } else if (unsent.isOver()) {
            unsent.most(owner.unsentShare());
            tickSoon();
        }
    }

    /** Schedules a tick before the timer's, because streams are to be closed or resumed. */
    void tickSoon() {
        assert eventLoop.inEventLoop();
        if (!ticksSoon) {
            ticksSoon = true;
            Runnable tick = () -> {
                ticksSoon = false;
                tick();
            };
            eventLoop.schedule(tick, RELIEF_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** Counts the unsent bytes anew, when the stream has written or its socket has taken bytes. */
    void count(StreamBase stream) {
        assert eventLoop.inEventLoop();
        if (stream.socket != null) {
            stream.socket.count();
        }
        unsent.changed(stream.growth());
    }
}
