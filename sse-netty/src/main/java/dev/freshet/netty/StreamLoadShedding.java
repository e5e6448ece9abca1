package dev.freshet.netty;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The closing of streams whose clients take no bytes while the limit of an event loop's unsent bytes is exceeded, so
 * that the other streams proceed. Each tick collects the streams that wait, and at its end closes those that have taken
 * no byte for the longest time, as many as hold the excess. Confined to the event loop.
 */
final class StreamLoadShedding {
    /**
     * The time without progress after which a stream may be closed. It is not shorter because a socket becomes
     * writable only when a good part of its buffer is free again.
     */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The same time while the unsent bytes are more than twice the limit. */
    private static final long SILENT_FAR_OVER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * The longest time between two ticks: a loop that was blocked for longer has not written to its sockets either.
     */
    private static final long LONGEST_BETWEEN_TICKS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int MOST_CLOSED_IN_A_TICK = 256;

    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final StreamUnsentBytes unsent;
    private final List<StreamBase> waiting = new ArrayList<>();
    private final List<Leaving> leaving = new ArrayList<>();
    /** The connections without a stream that have bytes of earlier streams to write. */
    private final List<StreamSocketBytes> left = new ArrayList<>();

    private long lastTickNanos;
    private long warnedNanos = System.nanoTime() - WARNING_NANOS;

    StreamLoadShedding(EventLoop loop, StreamUnsentBytes unsent) {
        this.lastTickNanos = EventLoops.nanoTime(loop);
        this.unsent = unsent;
    }

    /** Called in a tick when the stream was checked. */
    void checked(StreamBase stream, long now) {
        assert stream.channel.eventLoop().inEventLoop();
        if (unsent.isOver() && stream.open && stream.writes.isWaiting()) {
            waiting.add(stream);
        }
    }

    /** Called when the last stream of a connection has left, and bytes wait there. */
    void left(StreamSocketBytes socket) {
        assert socket.channel().eventLoop().inEventLoop();
        left.add(socket);
    }

    /** Called in a tick when every stream was checked. */
    void end(long now) {
        boolean isSteady = now - lastTickNanos <= LONGEST_BETWEEN_TICKS_NANOS;
        lastTickNanos = now;
        left.removeIf(socket -> isOver(socket, now, isSteady));
        leaving.removeIf(stream -> !stream.frames.isWaiting());
        unsent.check(StreamUnsentBytes.MOST_CHECKS);
        if (unsent.isOver() && isSteady) {
            waiting.sort(bySilence(now));
            close(unsent.excess() - leaving(now), now);
            unsent.check(StreamUnsentBytes.MOST_CHECKS);
        }
        waiting.clear();
    }

    /**
     * Closes a connection that takes no bytes while the limit is exceeded; returns whether it need not be checked
     * again.
     */
    private boolean isOver(StreamSocketBytes socket, long now, boolean isSteady) {
        if (socket.hasStreams() || socket.hasEnded()) {
            return true; // its streams are checked, or what follows on the connection is
        }
        if (socket.check(now) >= patience() && unsent.isOver() && isSteady) {
            VanishedPeer.giveUp(socket.channel());
        }
        boolean isOver = !socket.isWaiting();
        if (isOver) {
            socket.end();
        }
        return isOver;
    }

    private long patience() {
        return patience(unsent.excess());
    }

    private long patience(long excess) {
        return excess > unsent.most() ? SILENT_FAR_OVER_NANOS : SILENT_NANOS;
    }

    /** Called when no stream is left, and so no tick follows. */
    void close() {
        for (Leaving stream : leaving) {
            if (stream.frames.isWaiting() && unsent.isOver()) {
                stream.giveUp();
            }
        }
        leaving.clear();
        for (StreamSocketBytes socket : left) {
            if (unsent.isOver()) {
                VanishedPeer.giveUp(socket.channel());
            }
            socket.end();
        }
        left.clear();
    }

    /**
     * Returns the order of closing: the longest time without progress first, then the longest time since the last
     * write.
     */
    private static Comparator<StreamBase> bySilence(long now) {
        return Comparator.<StreamBase>comparingLong(stream -> stream.writes.progressNanos() - now)
                .thenComparingLong(stream -> stream.writes.lastWriteNanos() - now);
    }

    private void close(long excess, long now) {
        long remaining = excess;
        for (StreamBase stream : waiting.subList(0, Math.min(waiting.size(), MOST_CLOSED_IN_A_TICK))) {
            if (remaining <= 0 || now - stream.writes.progressNanos() < patience(remaining)) {
                return;
            }
            if (stream.open) {
                warn();
                remaining -= StreamWriteProgress.bytes(stream.channel);
                close(stream);
            }
        }
    }

    private void close(StreamBase stream) {
        StreamSocketBytes socket = stream.socket;
        if (socket != null && stream.writesCopies() && stream.channel instanceof Http2StreamChannel) {
            Http2DataWriter frames = stream.channel.pipeline().get(Http2DataWriter.class);
            leaving.add(new Leaving(frames, socket, StreamWriteProgress.bytes(stream.channel)));
        }
        StreamEnd begun = stream.end;
        stream.loop.cutShort();
        stream.drop(begun == null ? CloseReason.STALLED : begun.reason());
        stream.loop.count(stream);
    }

    /** Returns the bytes that closed streams still hold; closes the connections that take none of them. */
    private long leaving(long now) {
        long bytes = 0;
        for (Iterator<Leaving> all = leaving.iterator(); all.hasNext(); ) {
            Leaving stream = all.next();
            if (stream.frames.isWaiting() && stream.socket.check(now) >= patience()) {
                stream.giveUp();
            }
            if (stream.frames.isWaiting()) {
                bytes += stream.bytes;
            } else {
                all.remove();
            }
        }
        return bytes;
    }

    /** A closed stream of HTTP/2: its bytes are released once the socket has taken its reset. */
    private record Leaving(Http2DataWriter frames, StreamSocketBytes socket, long bytes) {
        void giveUp() {
            VanishedPeer.giveUp(socket.channel());
        }
    }

    private void warn() {
        long now = System.nanoTime();
        if (now - warnedNanos >= WARNING_NANOS) {
            warnedNanos = now;
            Log.warn(
                    "{} bytes wait in sockets (limits.unsentBytes: {} an event loop), closes streams that take nothing",
                    unsent.held(),
                    unsent.most());
        }
    }
}
