package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Watches one stream's writes: too long a silence, and too long without progress. Confined to its event loop. */
final class WriteWatch {
    enum Verdict {
        FINE,
        SILENT,
        STALLED
    }

    private long lastWriteNanos = System.nanoTime();
    private long pendingMark;
    private long pendingSinceNanos;

    void wrote(long now) {
        lastWriteNanos = now;
    }

    Verdict look(Channel channel, Options options, long now) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long pending = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        if (pending > 0 && outbound != null) {
            long mark = 31 * (31 * pending + outbound.currentProgress()) + System.identityHashCode(outbound.current());
            if (mark != pendingMark) {
                pendingMark = mark;
                pendingSinceNanos = now;
            } else if (now - pendingSinceNanos > options.writeTimeout().toNanos()) {
                return Verdict.STALLED;
            }
            return Verdict.FINE;
        }
        pendingMark = 0;
        // Early by up to one period of the timer, so as not to be late; spread, so that not all beat at once.
        long heartbeat = options.heartbeat().toNanos();
        long jitter = heartbeat / 5 / 256 * (System.identityHashCode(this) & 255);
        return now - lastWriteNanos >= heartbeat - heartbeat / 8 - jitter ? Verdict.SILENT : Verdict.FINE;
    }
}
