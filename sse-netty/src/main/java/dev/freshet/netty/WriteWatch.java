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

    private long lastWriteNanos = System.nanoTime();
    private boolean waiting;
    private long progressMark;
    private long progressNanos;

    void wrote(long now) {
        lastWriteNanos = now;
    }

    Verdict look(Channel channel, Options options, long now) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long pending = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        if (pending > 0 && outbound != null) {
            // Changes just when the socket takes bytes; what is added behind is no progress.
            long mark = 31 * outbound.currentProgress() + System.identityHashCode(outbound.current());
            if (!waiting || mark != progressMark) {
                waiting = true;
                progressMark = mark;
                progressNanos = now;
            }
            return now - progressNanos > options.writeTimeout().toNanos() ? Verdict.STALLED : Verdict.WAITING;
        }
        waiting = false;
        // Early by up to one period of the timer, so as not to be late; spread, so that not all beat at once.
        long heartbeat = options.heartbeat().toNanos();
        long jitter = heartbeat / 5 / 256 * (System.identityHashCode(this) & 255);
        return now - lastWriteNanos >= heartbeat - heartbeat / 8 - jitter ? Verdict.SILENT : Verdict.FINE;
    }
}
