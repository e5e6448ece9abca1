package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The watch of the rate at which the client of one finite stream reads. A client that reads a few bytes now and then
 * makes progress, and would block the source for any time. Confined to the stream's event loop.
 */
final class PublisherRate {
    private long written;
    private boolean waiting;
    /** The time at which the client had last read the least number of bytes. */
    private long sinceNanos;

    /** The number of bytes that it had read by that time. */
    private long readBefore;

    /** Counts bytes that were given to the channel. */
    void written(int bytes) {
        written += bytes;
    }

    /** Returns the verdict of {@link StreamWriteProgress}, or {@code STALLED} if the client is too slow. */
    StreamWriteProgress.Verdict check(
            StreamWriteProgress writes, Channel channel, StreamOptions options, long patience, long now) {
        assert channel.eventLoop().inEventLoop();
        boolean tooSlow =
                isTooSlow(channel, options.limits(), now); // also while nothing waits, to measure a later wait
        return tooSlow ? StreamWriteProgress.Verdict.STALLED : writes.check(channel, options, patience, now);
    }

    private boolean isTooSlow(Channel channel, Limits limits, long now) {
        long unsent = unsent(channel);
        long read = written - unsent;
        if (unsent == 0) {
            waiting = false;
        } else if (!waiting || read - readBefore >= limits.leastBytes()) {
            waiting = true;
            readBefore = read;
            sinceNanos = now;
        }
        return waiting && now - sinceNanos > limits.leastBytesTime().toNanos();
    }

    private static long unsent(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound == null) {
            return StreamWriteProgress.bytes(channel);
        }
        Sum sum = new Sum();
        try {
            outbound.forEachFlushedMessage(sum);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // the processor throws none
        }
        return sum.bytes;
    }

    private static final class Sum implements ChannelOutboundBuffer.MessageProcessor {
        private long bytes;

        @Override
        public boolean processMessage(Object message) {
            bytes += message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
            return true;
        }
    }
}
