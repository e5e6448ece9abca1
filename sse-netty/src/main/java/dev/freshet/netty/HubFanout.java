package dev.freshet.netty;

import dev.freshet.log.TopicLog;
import dev.freshet.log.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The streams on one event loop that follow one topic. Confined to the loop, except for {@link #wake} and {@link
 * #wakeWithin}.
 *
 * <p><b>Ordering.</b> A publisher appends and then swaps the flag to true; the task swaps it to false and then reads
 * the log. The two swaps of one variable have an order. If the task's came first, the publisher's saw false and
 * scheduled the task again. If the publisher's came first, the task's swap read what it wrote, so the append happened
 * before the read. Either way the event is seen. Both must be swaps: a plain store of false could become visible
 * after the read.
 *
 * <p>A hub that lets events wait has another flag, whose task is delayed. The same applies to this pair: whoever swaps
 * the flag to true schedules the task, no other pass clears the flag, and the task is never cancelled. An earlier pass
 * may read the event first; then the task finds nothing.
 *
 * <p>A stream that joins registers here first and reads the log after it, so what is appended in between is seen too.
 */
final class HubFanout implements Waker, Runnable {
    private static final AtomicIntegerFieldUpdater<HubFanout> AWAKE =
            AtomicIntegerFieldUpdater.newUpdater(HubFanout.class, "awake");
    private static final AtomicIntegerFieldUpdater<HubFanout> LINGERING =
            AtomicIntegerFieldUpdater.newUpdater(HubFanout.class, "lingering");

    private final HubLoop loop;
    private final TopicLog log;
    private final List<HubStream> streams = new ArrayList<>(1);

    @SuppressWarnings("UnusedVariable") // by the updater
    private volatile int awake;

    /** The same for the pass that waits for more events. */
    private volatile int lingering;

    /** The time of the call that has scheduled the task, or 0. Written before the task is, by one thread at a time. */
    private long woken;

    /** The same of the task that waits. */
    private long lingered;

    /** Whether a pass has read what was published at that time. */
    private boolean overtaken;

    /** The index at which a pass was interrupted, or -1. */
    private int paused = -1;

    private boolean passing;
    private boolean again;

    /** The index of the stream whose write in the current pass is the sample, or -1. */
    private int sampled = -1;

    /** The time of the publish that is sampled. */
    private long sampledSince;

    /** The same of the pass after an interrupted one. */
    private int sampledNext = -1;

    private long sampledNextSince;

    HubFanout(HubLoop loop, TopicLog log) {
        this.loop = loop;
        this.log = log;
        log.addWaker(this);
    }

    /**
     * Adds a stream.
     *
     * @param slot the index of this topic among those of the stream
     */
    void join(HubStream stream, int slot) {
        assert loop.eventLoop().inEventLoop();
        stream.indexes[slot] = streams.size();
        streams.add(stream);
    }

    /** Removes a stream; returns whether it was the last one. */
    boolean leave(HubStream stream, int slot) {
        assert loop.eventLoop().inEventLoop();
        HubStream last = streams.remove(streams.size() - 1);
        if (last != stream) {
            int index = stream.indexes[slot];
            streams.set(index, last);
            last.indexes[last.cursor.logs().indexOf(log)] = index;
            again |= passing || paused >= 0; // the pass may be past the new index of the last stream
        }
        if (streams.isEmpty()) {
            log.removeWaker(this);
            return true;
        }
        return false;
    }

    /** Called on any thread: schedules a pass. */
    @Override
    public void wake() {
        if (AWAKE.getAndSet(this, 1) == 0) {
            woken = loop.sampling().wokenNanos();
            EventLoops.execute(loop.eventLoop(), this);
        }
    }

    /** Called on any thread: schedules a pass for later. */
    @Override
    public void wakeWithin(long nanos) {
        if (LINGERING.getAndSet(this, 1) == 0) {
            lingered = loop.sampling().wokenNanos();
            EventLoops.schedule(loop.eventLoop(), this::runLingering, nanos);
        }
    }

    /** Returns whether events may wait. */
    boolean isLingering() {
        assert loop.eventLoop().inEventLoop();
        return lingering != 0;
    }

    /** Runs a pass that has waited. */
    void runLingering() {
        assert loop.eventLoop().inEventLoop();
        long since = overtaken ? 0 : lingered; // as below
        overtaken = false;
        LINGERING.getAndSet(this, 0);
        pass(since);
    }

    @Override
    public void run() {
        assert loop.eventLoop().inEventLoop();
        long since = woken; // before the flag permits another publisher to write it
        AWAKE.getAndSet(this, 0);
        overtaken |= isLingering();
        pass(since);
    }

    /** Begins a pass for what was published since a time, or 0. */
    private void pass(long since) {
        int chosen = loop.sampling().choose(since, streams.size());
        if (paused >= 0) {
            again = true; // the rest of the interrupted pass is scheduled already
            sampleInterrupted(chosen, since);
        } else {
            sampled = chosen;
            sampledSince = since;
            passFrom(0);
        }
    }

    /** Samples what was published in an interrupted pass: its rest also writes it, the next pass does so for others. */
    private void sampleInterrupted(int chosen, long since) {
        if (chosen >= paused && sampled < paused) {
            sampled = chosen;
            sampledSince = since;
        } else if (chosen >= 0 && chosen < paused && sampledNext < 0) {
            sampledNext = chosen;
            sampledNextSince = since;
        }
    }

    private void resume() {
        int from = paused;
        paused = -1;
        passFrom(from);
    }

    /**
     * Drains one stream after the other. After the longest hold the rest waits until the loop has done its input and
     * output.
     */
    private void passFrom(int from) {
        assert loop.eventLoop().inEventLoop();
        long start = EventLoops.nanoTime(loop.eventLoop());
        long now = start;
        passing = true;
        int i = from;
        try {
            while (i < streams.size() && now - start <= loop.longestHoldNanos()) {
                HubStream stream = streams.get(i);
                loop.sampling().arm(i == sampled ? sampledSince : 0);
                drain(stream, now, i + 1 < streams.size() ? streams.get(i + 1) : null);
                if (i < streams.size() && streams.get(i) == stream) {
                    i++;
                }
                now = EventLoops.nanoTime(loop.eventLoop());
            }
        } finally {
            passing = false;
            loop.sampling().arm(0);
            loop.endPass();
            if (i < streams.size()) {
                FlightEvents.drainedSlowly(log.topic(), i - from, streams.size(), now - start);
                pauseAt(i);
            } else if (again) {
                again = false;
                sampled = sampledNext;
                sampledSince = sampledNextSince;
                sampledNext = -1;
                pauseAt(0);
            }
        }
    }

    private static void drain(HubStream stream, long now, @Nullable HubStream next) {
        try {
            stream.drain.inPass(now, next);
        } catch (Throwable e) {
            stream.fail(e); // only this stream
        }
    }

    private void pauseAt(int index) {
        paused = index;
        loop.afterInputAndOutput(this::resume);
    }
}
