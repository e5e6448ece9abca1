package dev.freshet.netty;

import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Closes streams whose clients take nothing while too much waits in the sockets of an event loop, those first that have taken
 * nothing for longest, so that others get on. Each look at the streams finds who takes nothing, and its end closes as many as
 * hold what there is too much. Confined to the event loop.
 */
final class StreamRelief {
    /** For how long who is closed has taken nothing: a socket tells only that a good part of its buffer is free again. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The same where there is twice as much as may be. */
    private static final long SILENT_FAR_OVER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A loop that was held up for longer has not looked at its sockets either: nobody is closed for that. */
    private static final long LONGEST_BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int MOST_CLOSED_AT_A_LOOK = 256;

    private static final long TOLD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final StreamUnsentBytes unsent;
    private final List<StreamBase> waiting = new ArrayList<>();
    private final List<Leaving> leaving = new ArrayList<>();
    /** Connections without a stream that have something to write of former ones. */
    private final List<StreamSocketBytes> left = new ArrayList<>();

    private long lookedNanos = System.nanoTime();
    private long toldNanos = System.nanoTime() - TOLD_NANOS;

    StreamRelief(StreamUnsentBytes unsent) {
        this.unsent = unsent;
    }

    /** A stream was looked at. */
    void checked(StreamBase stream, long now) {
        if (unsent.isOver() && stream.open && stream.writes.isWaiting()) {
            waiting.add(stream);
        }
    }

    /** The last stream of a connection has left, and something waits there. */
    void left(StreamSocketBytes socket) {
        left.add(socket);
    }

    /** Every stream was looked at. */
    void end(long now) {
        boolean isSteady = now - lookedNanos <= LONGEST_BETWEEN_LOOKS_NANOS;
        lookedNanos = now;
        left.removeIf(socket -> isOver(socket, now, isSteady));
        leaving.removeIf(stream -> !stream.frames.isWaiting());
        unsent.check(StreamUnsentBytes.MOST_LOOKS);
        if (unsent.isOver() && isSteady) {
            waiting.sort(bySilence(now));
            close(unsent.excess() - leaving(now), now);
            unsent.check(StreamUnsentBytes.MOST_LOOKS);
        }
        waiting.clear();
    }

    /** Gives it up where too much waits and it takes nothing. */
    private boolean isOver(StreamSocketBytes socket, long now, boolean isSteady) {
        if (socket.hasStreams() || socket.hasEnded()) {
            return true; // these are looked at, or what follows on the connection is
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

    /** There is no stream any more, so nobody would look. */
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

    /** Who has taken nothing for longest, and of those seen at one look who was written to longest ago. */
    private static Comparator<StreamBase> bySilence(long now) {
        return Comparator.<StreamBase>comparingLong(stream -> stream.writes.progressNanos() - now)
                .thenComparingLong(stream -> stream.writes.lastWriteNanos() - now);
    }

    private void close(long excess, long now) {
        long left = excess;
        for (StreamBase stream : waiting.subList(0, Math.min(waiting.size(), MOST_CLOSED_AT_A_LOOK))) {
            if (left <= 0 || now - stream.writes.progressNanos() < patience(left)) {
                return;
            }
            if (stream.open) {
                tell();
                left -= StreamWriteProgress.bytes(stream.channel);
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
        stream.group.cutShort();
        stream.drop(begun == null ? CloseReason.STALLED : begun.reason());
        stream.group.count(stream);
    }

    /** How much is on its way out; gives up the connections that do not take it. */
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

    /** A stream of HTTP/2 that was closed: what it holds is free once the socket has taken its reset. */
    private record Leaving(Http2DataWriter frames, StreamSocketBytes socket, long bytes) {
        void giveUp() {
            VanishedPeer.giveUp(socket.channel());
        }
    }

    private void tell() {
        long now = System.nanoTime();
        if (now - toldNanos >= TOLD_NANOS) {
            toldNanos = now;
            Log.warn(
                    "{} bytes wait in sockets (limits.unsentBytes: {} an event loop), closes streams that take nothing",
                    unsent.held(),
                    unsent.most());
        }
    }
}
