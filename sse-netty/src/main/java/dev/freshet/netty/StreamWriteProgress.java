package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/** Watches one stream's writes: too long a silence, and too long without progress. Confined to its event loop. */
final class StreamWriteProgress {
    enum Verdict {
        FINE,
        /** Something waits to be written, not too long yet. */
        WAITING,
        SILENT,
        STALLED
    }

    static final long NOTHING_WAITS = -1;

    private long lastWriteNanos = System.nanoTime();
    /** What was written last is a heartbeat. */
    private boolean beaten = true;

    private boolean waiting;
    private boolean awaited;
    private long progressMark;
    private long progressNanos;

    void wrote(long now) {
        lastWriteNanos = now;
        beaten = false;
    }

    void wroteHeartbeat(long now) {
        lastWriteNanos = now;
        beaten = true;
    }

    /** From now on it must go on: what it did not take before counts no more. */
    void begin(long now) {
        progressNanos = now;
    }

    /** Stalled is who takes no byte for so many nanoseconds. */
    Verdict look(Channel channel, StreamOptions options, long patience, long now) {
        if (look(channel, now)) {
            return now - progressNanos > patience ? Verdict.STALLED : Verdict.WAITING;
        }
        // Early by up to one period of the timer, so as not to be late; spread, so that not all beat at once.
        long heartbeat = options.heartbeat().silenceNanos();
        long jitter = heartbeat / 5 / 256 * (System.identityHashCode(this) & 255);
        long silence = now - lastWriteNanos;
        boolean isSilent = silence >= heartbeat - heartbeat / 8 - jitter
                || !beaten && silence >= options.heartbeat().afterEventNanos();
        return isSilent ? Verdict.SILENT : Verdict.FINE;
    }

    /** Returns whether anything waits. */
    boolean look(Channel channel, long now) {
        long mark = mark(channel);
        if (mark != NOTHING_WAITS && (!waiting || mark != progressMark)) {
            progressMark = mark;
            progressNanos = now;
        }
        waiting = mark != NOTHING_WAITS;
        return waiting;
    }

    /** Whether anything waited at the last look. */
    boolean isWaiting() {
        return waiting;
    }

    /** Where something waited at the last look: since when no byte was taken, as far as the looks tell. */
    long progressNanos() {
        return progressNanos;
    }

    long lastWriteNanos() {
        return lastWriteNanos;
    }

    /** Runs the task once nothing waits that was written before; one at a time. */
    void whenEmpty(ChannelHandlerContext ctx, Runnable task) {
        if (!awaited) {
            awaited = true;
            await(ctx, () -> {
                awaited = false;
                // Not in the middle of the write that has emptied it, nor at once where TLS holds what it has not
                // encrypted.
                ctx.channel().eventLoop().schedule(task, 0, TimeUnit.NANOSECONDS);
            });
        }
    }

    /** An empty buffer is the end of an HTTP/2 stream; elsewhere it leaves behind all that waits, of TLS what is encrypted. */
    private static void await(ChannelHandlerContext ctx, Runnable task) {
        Http2DataWriter frames = ctx.pipeline().get(Http2DataWriter.class);
        if (frames != null) {
            frames.whenEmpty(task);
            return;
        }
        ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
        (tls == null ? ctx : tls).writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> {
            if (left.isSuccess()) {
                task.run();
            }
        });
    }

    /** About how many bytes wait, with what holding them takes. */
    static long bytes(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound != null) {
            return outbound.totalPendingWriteBytes();
        }
        return channel.isWritable() // a stream's channel in an HTTP/2 connection: what waits for the window
                ? channel.config().getWriteBufferHighWaterMark() + 1L - channel.bytesBeforeUnwritable()
                : channel.config().getWriteBufferLowWaterMark() - 1L + channel.bytesBeforeWritable();
    }

    /** Changes just when the peer takes bytes of those that wait; what is added behind is no progress. */
    static long mark(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound == null) { // a stream's channel in an HTTP/2 connection has none, and one that has ended
            Http2DataWriter frames = channel.pipeline().get(Http2DataWriter.class);
            return frames != null && frames.isWaiting() ? frames.progress() : NOTHING_WAITS;
        }
        return outbound.totalPendingWriteBytes() == 0
                ? NOTHING_WAITS
                : 31 * outbound.currentProgress() + System.identityHashCode(outbound.current());
    }
}
