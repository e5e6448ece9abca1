package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/** The watch of one stream's writes for silence and for lack of progress. Confined to its event loop. */
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
    /** Whether the last write was a heartbeat. */
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

    /** Restarts the time without progress. */
    void begin(long now) {
        progressNanos = now;
    }

    /** Checks the stream; it is stalled where it took no byte for {@code patience} nanoseconds. */
    Verdict check(Channel channel, StreamOptions options, long patience, long now) {
        assert channel.eventLoop().inEventLoop();
        if (check(channel, now)) {
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
    boolean check(Channel channel, long now) {
        long mark = mark(channel);
        if (mark != NOTHING_WAITS && (!waiting || mark != progressMark)) {
            progressMark = mark;
            progressNanos = now;
        }
        waiting = mark != NOTHING_WAITS;
        return waiting;
    }

    /** Whether anything waited at the last check. */
    boolean isWaiting() {
        return waiting;
    }

    /** The time since which no byte was taken, as seen by the checks, where something waited at the last one. */
    long progressNanos() {
        return progressNanos;
    }

    long lastWriteNanos() {
        return lastWriteNanos;
    }

    /**
     * Runs the task once everything that was written before has left; one task at a time. It resumes a drain that has
     * stopped although its channel is writable, which no writability event will. Where the write fails, the channel is
     * closed and the task is dropped.
     */
    void whenEmpty(ChannelHandlerContext ctx, Runnable task) {
        assert ctx.channel().eventLoop().inEventLoop();
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

    /**
     * Completes when all that waits has left: an empty buffer is written behind it, with TLS behind what is encrypted.
     * In HTTP/2 it would end the stream, so the frame writer is asked.
     */
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

    /** The approximate number of bytes that wait, with the overhead of holding them. */
    static long bytes(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound != null) {
            return outbound.totalPendingWriteBytes();
        }
        return channel.isWritable() // a stream's channel in an HTTP/2 connection: what waits for the window
                ? channel.config().getWriteBufferHighWaterMark() + 1L - channel.bytesBeforeUnwritable()
                : channel.config().getWriteBufferLowWaterMark() - 1L + channel.bytesBeforeWritable();
    }

    /** A mark that changes only when the peer takes bytes that wait; bytes that are added are no progress. */
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
