package dev.freshet.netty;

import dev.freshet.log.CursorLag;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The samples of one event loop. Confined to it, except for {@link #wokenNanos}. */
final class StreamSampling {
    private static final int MOST_LAGS = 64;
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final StreamSamplers samplers;
    private long timerDue;
    private long latestNanos = System.nanoTime() - BETWEEN_NANOS;
    /** The time of the publish whose first write is the sample, or 0. */
    private long armed;

    StreamSampling(StreamSamplers samplers) {
        this.samplers = samplers;
    }

    /** Any thread: the present time, of a publish that wakes the loop; 0 where nothing is sampled. */
    long wokenNanos() {
        return samplers.isEmpty() ? 0 : Math.max(1, System.nanoTime());
    }

    /** Called when the timer of the loop is set. */
    void timerSet(long dueNanos) {
        timerDue = dueNanos;
    }

    /** Called when the timer fires. */
    void timerFired(long now) {
        long late = Math.max(0, now - timerDue);
        samplers.forEach(sampler -> sampler.loopDelay(late));
    }

    /** Whether the lag of the stream with this index, which a tick checks, is a sample. */
    boolean samplesLag(int index, int size) {
        return !samplers.isEmpty() && index % (size / MOST_LAGS + 1) == 0;
    }

    void lag(CursorLag lag) {
        samplers.forEach(sampler -> sampler.lag(lag));
    }

    /** Returns the index of the stream of a pass whose write is the sample; -1 for none. */
    int choose(long woken, long now, int streams) {
        if (woken == 0 || streams == 0 || now - latestNanos < BETWEEN_NANOS) {
            return -1;
        }
        latestNanos = now;
        return ThreadLocalRandom.current().nextInt(streams);
    }

    /** Makes the next write the sample; with 0, none. */
    void arm(long woken) {
        armed = woken;
    }

    /** The promise of a write, which takes the time if it is the sample. */
    ChannelPromise promise(ChannelHandlerContext ctx) {
        long woken = armed;
        if (woken == 0) {
            return ctx.voidPromise();
        }
        armed = 0;
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
