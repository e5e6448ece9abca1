package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Watches how fast the client of one finite stream takes what waits for it: who reads a little now and then makes progress,
 * and holds what writes the stream for as long as it likes. Confined to its event loop.
 */
final class PublisherRate {
    private long given;
    private boolean waiting;
    /** When the client had last taken as much as it must in time, and how much it had by then. */
    private long sinceNanos;

    private long before;

    /** So many bytes are on their way. */
    void written(int bytes) {
        given += bytes;
    }

    /** What the other watch sees, and a client that is too slow for this one. */
    StreamWriteProgress.Verdict look(
            StreamWriteProgress writes, Channel channel, StreamOptions options, long patience, long now) {
        boolean tooSlow = isTooSlow(channel, options.limits(), now); // also where nothing waits, to know from when on
        return tooSlow ? StreamWriteProgress.Verdict.STALLED : writes.look(channel, options, patience, now);
    }

    private boolean isTooSlow(Channel channel, Limits limits, long now) {
        long left = waiting(channel);
        long taken = given - left;
        if (left == 0) {
            waiting = false;
        } else if (!waiting || taken - before >= limits.leastBytes()) {
            waiting = true;
            before = taken;
            sinceNanos = now;
        }
        return waiting && now - sinceNanos > limits.leastBytesTime().toNanos();
    }

    private static long waiting(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound == null) {
            return StreamWriteProgress.bytes(channel);
        }
        Sum sum = new Sum();
        try {
            outbound.forEachFlushedMessage(sum);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // it throws none
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
