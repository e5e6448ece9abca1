package dev.freshet.netty;

import dev.freshet.log.CursorLag;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The samples of one event loop, and which of its ticks are the timer's. Confined to the loop, except for {@link #wokenNanos}.
 */
final class StreamSampling {
    private static final int MOST_LAGS = 64;
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EventLoop loop;
    private final StreamSamplers samplers;
    private long timerDue;
    /** Whether the timer has fired since the last tick began. */
    private boolean hasTimerFired;

    private boolean isTimed;
    /** The time of the latest write that was a sample. */
    private long latestNanos = System.nanoTime() - BETWEEN_NANOS;

    /** Of this many streams the lag of one is a sample of the current tick; with 0, of none. */
    private int lagStep;

    private int lagOffset;
    /** The time of the publish whose first write is the sample, or 0. */
    private long armed;

    StreamSampling(EventLoop loop, StreamSamplers samplers) {
        this.loop = loop;
        this.samplers = samplers;
    }

    /** Any thread: the present time, of a publish that wakes the loop; 0 where nothing is sampled. */
    long wokenNanos() {
        return samplers.isEmpty() ? 0 : Math.max(1, System.nanoTime());
    }

    /** Called when the timer of the loop is set. */
    void timerSet(long dueNanos) {
        assert loop.inEventLoop();
        timerDue = dueNanos;
    }

    /** Called when the timer fires. */
    void timerFired(long now) {
        assert loop.inEventLoop();
        hasTimerFired = true;
        long late = Math.max(0, now - timerDue);
        samplers.forEach(sampler -> sampler.loopDelay(late));
    }

    /**
     * Called when a tick begins. The first tick after the timer has fired is the timer's; the others, under overload, are
     * too frequent to sample.
     */
    void tickBegins(int streams) {
        assert loop.inEventLoop();
        isTimed = hasTimerFired;
        hasTimerFired = false;
        lagStep = isTimed && !samplers.isEmpty() ? streams / MOST_LAGS + 1 : 0;
        lagOffset = lagStep == 0 ? 0 : ThreadLocalRandom.current().nextInt(lagStep);
    }

    /** Returns whether the current tick is the timer's. */
    boolean isTimed() {
        return isTimed;
    }

    /** Whether the lag of the stream with this index, which the tick checks, is a sample. */
    boolean samplesLag(int index) {
        return lagStep > 0 && index % lagStep == lagOffset;
    }

    void lag(CursorLag lag) {
        samplers.forEach(sampler -> sampler.lag(lag));
    }

    /** Returns the index of the stream of a pass whose write is the sample; -1 for none. */
    int choose(long woken, int streams) {
        if (woken == 0 || streams == 0 || !isDue()) {
            return -1;
        }
        return ThreadLocalRandom.current().nextInt(streams);
    }

    private boolean isDue() {
        return System.nanoTime() - latestNanos >= BETWEEN_NANOS;
    }

    /** Makes the next write the sample; with 0, none. */
    void arm(long woken) {
        assert loop.inEventLoop();
        armed = woken;
    }

    /** The promise of a write, which takes the time if it is the sample. */
    ChannelPromise promise(ChannelHandlerContext ctx) {
        assert loop.inEventLoop();
        long woken = armed;
        armed = 0;
        if (woken == 0 || !isDue()) { // another topic may have been sampled since
            return ctx.voidPromise();
        }
        latestNanos = System.nanoTime();
        ChannelPromise promise = ctx.newPromise();
        promise.addListener(written -> {
            if (written.isSuccess()) {
                long nanos = Math.max(1, System.nanoTime() - woken);
                samplers.forEach(sampler -> sampler.latency(nanos));
            }
        });
        return promise;
    }
}
