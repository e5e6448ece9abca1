package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * The watch of one stream's writes for silence and for lack of progress. Confined to its event loop, except for {@link
 * #lastWriteNanos}.
 */
final class StreamWriteProgress {
    enum Verdict {
        FINE,
        /** Bytes wait to be written, not for too long yet. */
        WAITING,
        /** A heartbeat is due. */
        SILENT,
        /** The client has taken no byte for too long. */
        STALLED
    }

    static final long NOTHING_WAITS = -1;

    /** Written for each delivery, so without a fence: another thread may read an earlier value. */
    private long lastWriteNanos;
    /** Whether the last write was a heartbeat. */
    private boolean wasHeartbeat = true;

    private boolean waiting;
    private boolean isEmptyAwaited;
    private long progressMark;
    private long progressNanos;

    /** @param now the time, as of {@link EventLoops#nanoTime} in all methods */
    StreamWriteProgress(long now) {
        this.lastWriteNanos = now;
    }

    void wrote(long now) {
        lastWriteNanos = now;
        wasHeartbeat = false;
    }

    void wroteHeartbeat(long now) {
        lastWriteNanos = now;
        wasHeartbeat = true;
    }

    /** Restarts the time without progress. */
    void begin(long now) {
        progressNanos = now;
    }

    /** Checks the stream. It is stalled if its client took no byte for {@code patience} nanoseconds. */
    Verdict check(Channel channel, StreamOptions options, long patience, long now) {
        if (check(channel, now)) {
            return now - progressNanos > patience ? Verdict.STALLED : Verdict.WAITING;
        }
        // Early by up to one period of the timer, so as not to be late; spread, so that heartbeats do not
        // coincide.
        long heartbeat = options.heartbeat().silenceNanos();
        long jitter = heartbeat / 5 / 256 * (System.identityHashCode(this) & 255);
        long silence = now - lastWriteNanos;
        boolean isSilent = silence >= heartbeat - heartbeat / 8 - jitter
                || !wasHeartbeat && silence >= options.heartbeat().afterEventNanos();
        return isSilent ? Verdict.SILENT : Verdict.FINE;
    }

    /** Checks for progress; returns whether bytes wait. */
    boolean check(Channel channel, long now) {
        assert channel.eventLoop().inEventLoop();
        long mark = mark(channel);
        if (mark != NOTHING_WAITS && (!waiting || mark != progressMark)) {
            progressMark = mark;
            progressNanos = now;
        }
        waiting = mark != NOTHING_WAITS;
        return waiting;
    }

    /** Returns whether bytes waited at the last check. */
    boolean isWaiting() {
        return waiting;
    }

    /** Returns the time since which no byte was taken, as seen by the checks, if bytes waited at the last one. */
    long progressNanos() {
        return progressNanos;
    }

    /** Any thread: the time of the last write, or of an earlier one. */
    long lastWriteNanos() {
        return lastWriteNanos;
    }

    /**
     * Runs the task once everything that was written before has left; one task at a time. It resumes a drain that has
     * stopped although its channel is writable, which no writability event will. If the write fails, the channel is
     * closed and the task is dropped.
     */
    void whenEmpty(ChannelHandlerContext ctx, Runnable task) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (!isEmptyAwaited) {
            isEmptyAwaited = true;
            await(ctx, () -> {
                isEmptyAwaited = false;
                // Neither within the write that has emptied it, nor at once while TLS holds bytes that are not
                // encrypted.
                ctx.channel().eventLoop().schedule(task, 0, TimeUnit.NANOSECONDS);
            });
        }
    }

    /**
     * Runs the task when all that waits has left: an empty buffer is written after it, with TLS after what is
     * encrypted. Over HTTP/2 that would end the stream, so {@link Http2DataWriter} runs the task.
     */
    private static void await(ChannelHandlerContext ctx, Runnable task) {
        Http2DataWriter frames = ctx.pipeline().get(Http2DataWriter.class);
        if (frames != null) {
            frames.whenEmpty(task);
            return;
        }
        ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
        (tls == null ? ctx : tls).writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) {
                task.run();
            }
        });
    }

    /** Returns the approximate number of bytes that wait, with the overhead of holding them. */
    static long bytes(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound != null) {
            return outbound.totalPendingWriteBytes();
        }
        return channel.isWritable() // a channel of an HTTP/2 stream: the bytes that wait for the window
                ? channel.config().getWriteBufferHighWaterMark() + 1L - channel.bytesBeforeUnwritable()
                : channel.config().getWriteBufferLowWaterMark() - 1L + channel.bytesBeforeWritable();
    }

    /** Returns a mark that changes only when the peer takes bytes that wait; bytes that are added are no progress. */
    static long mark(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (outbound == null) { // that of an HTTP/2 stream has none, nor has a closed one
            Http2DataWriter frames = channel.pipeline().get(Http2DataWriter.class);
            return frames != null && frames.isWaiting() ? frames.progress() : NOTHING_WAITS;
        }
        return outbound.totalPendingWriteBytes() == 0
                ? NOTHING_WAITS
                : 31 * outbound.currentProgress() + System.identityHashCode(outbound.current());
    }
}
