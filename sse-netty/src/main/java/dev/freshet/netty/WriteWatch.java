package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Watches one stream's writes: too long a silence, and too long without progress. Confined to its event loop. */
final class WriteWatch {
    enum Verdict {
        FINE,
        /** Something waits to be written, not too long yet. */
        WAITING,
        SILENT,
        STALLED
    }

    static final long NOTHING_WAITS = -1;

    private long lastWriteNanos = System.nanoTime();
    private boolean waiting;
    private long progressMark;
    private long progressNanos;

    void wrote(long now) {
        lastWriteNanos = now;
    }

    /** From now on it must go on: what it did not take before counts no more. */
    void begin(long now) {
        progressNanos = now;
    }

    /** Stalled is who takes no byte for so many nanoseconds. */
    Verdict look(Channel channel, Options options, long patience, long now) {
        long mark = mark(channel);
        if (mark != NOTHING_WAITS) {
            if (!waiting || mark != progressMark) {
                waiting = true;
                progressMark = mark;
                progressNanos = now;
            }
            return now - progressNanos > patience ? Verdict.STALLED : Verdict.WAITING;
        }
        waiting = false;
        // Early by up to one period of the timer, so as not to be late; spread, so that not all beat at once.
        long heartbeat = options.heartbeat().toNanos();
        long jitter = heartbeat / 5 / 256 * (System.identityHashCode(this) & 255);
        return now - lastWriteNanos >= heartbeat - heartbeat / 8 - jitter ? Verdict.SILENT : Verdict.FINE;
    }

    /** Changes just when the peer takes bytes of those that wait; what is added behind is no progress. */
    static long mark(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound == null) { // a stream's channel in an HTTP/2 connection has none, and one that has ended
            DataFrames frames = channel.pipeline().get(DataFrames.class);
            return frames != null && frames.isWaiting() ? frames.progress() : NOTHING_WAITS;
        }
        return outbound.totalPendingWriteBytes() == 0
                ? NOTHING_WAITS
                : 31 * outbound.currentProgress() + System.identityHashCode(outbound.current());
    }
}
