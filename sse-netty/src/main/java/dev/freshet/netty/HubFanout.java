package dev.freshet.netty;

import dev.freshet.log.TopicLog;
import dev.freshet.log.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The streams on one event loop that follow one topic. Confined to the loop, but for {@link #wake}.
 *
 * <p><b>Ordering.</b> A publisher appends and then swaps the flag to true; the task swaps it to false and then reads the
 * log. The two swaps of one variable have an order. If the task's came first, the publisher's saw false and scheduled
 * the task again. If the publisher's came first, the task's swap read what it wrote, so the append happened before the
 * read. Either way the event is seen. Both must be swaps: a plain store of false could become visible after the read.
 *
 * <p>A stream that joins registers here first and reads the log after it, so what is appended in between is seen too.
 */
final class HubFanout implements Waker, Runnable {
    private final HubLoop group;
    private final TopicLog log;
    private final List<HubStream> connections = new ArrayList<>(1);
    private final AtomicBoolean awake = new AtomicBoolean();

    /** Where the pass stands that was interrupted, or -1. */
    private int paused = -1;

    private boolean passing;
    private boolean again;

    HubFanout(HubLoop group, TopicLog log) {
        this.group = group;
        this.log = log;
        log.addWaker(this);
    }

    /** The slot is the place of this topic among those of the connection. */
    void join(HubStream connection, int slot) {
        assert group.loop().inEventLoop();
        connection.places[slot] = connections.size();
        connections.add(connection);
    }

    /** Returns whether it was the last. */
    boolean leave(HubStream connection, int slot) {
        assert group.loop().inEventLoop();
        HubStream last = connections.remove(connections.size() - 1);
        if (last != connection) {
            int place = connection.places[slot];
            connections.set(place, last);
            last.places[last.cursor.logs().indexOf(log)] = place;
            again |= passing || paused >= 0; // the pass may have gone by the place where it now is
        }
        if (connections.isEmpty()) {
            log.removeWaker(this);
            return true;
        }
        return false;
    }

    /** Any thread. */
    @Override
    public void wake() {
        if (!awake.getAndSet(true)) {
            EventLoops.execute(group.loop(), this);
        }
    }

    @Override
    public void run() {
        awake.getAndSet(false);
        if (paused >= 0) {
            again = true; // the rest of the interrupted pass is in the loop's queue already
        } else {
            pass(0);
        }
    }

    private void proceed() {
        int from = paused;
        paused = -1;
        pass(from);
    }

    /** Drains one stream after the other; after a while the rest waits until the loop has done its input and output. */
    private void pass(int from) {
        assert group.loop().inEventLoop();
        long start = System.nanoTime();
        long now = start;
        passing = true;
        int i = from;
        try {
            while (i < connections.size() && now - start <= group.longestHoldNanos()) {
                HubStream connection = connections.get(i);
                drain(connection, now, i + 1 < connections.size() ? connections.get(i + 1) : null);
                if (i < connections.size() && connections.get(i) == connection) {
                    i++;
                }
                now = System.nanoTime();
            }
        } finally {
            passing = false;
            group.endPass();
            if (i < connections.size()) {
                pauseAt(i);
            } else if (again) {
                again = false;
                pauseAt(0);
            }
        }
    }

    private static void drain(HubStream connection, long now, @Nullable HubStream next) {
        try {
            connection.drain(now, next);
        } catch (Throwable e) {
            connection.fail(e); // and harm no other
        }
    }

    private void pauseAt(int place) {
        paused = place;
        group.afterInputAndOutput(this::proceed);
    }
}
