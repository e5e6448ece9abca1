package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The count of the bytes in the queue of one socket that no other socket shares: those that TLS has encrypted, and
 * over HTTP/1.1 the events of a finite stream. The streams of a connection share one count; over HTTP/2 it also
 * watches whether the connection makes progress. Confined to the event loop.
 */
final class StreamSocketBytes {
    private static final AttributeKey<StreamSocketBytes> OF_CONNECTION =
            AttributeKey.valueOf(StreamSocketBytes.class, "connection");

    private final Channel socket;
    private final StreamUnsentBytes unsent;
    private final StreamWriteProgress writes;
    private boolean counts;
    private boolean ended;
    private long counted;
    private int streams;

    private StreamSocketBytes(Channel socket, StreamUnsentBytes unsent, boolean counts) {
        this.socket = socket;
        this.unsent = unsent;
        this.counts = counts;
        this.writes = new StreamWriteProgress(EventLoops.nanoTime(socket.eventLoop()));
    }

    /**
     * Adds one more stream, which is to call {@link #leave}. Returns null if there is nothing to count.
     *
     * @param writesCopies whether the stream writes copies that other streams may also write
     */
    static @Nullable StreamSocketBytes join(Channel channel, boolean writesCopies, StreamUnsentBytes unsent) {
        assert channel.eventLoop().inEventLoop();
        boolean isAlone = !(channel instanceof Http2StreamChannel);
        Channel socket = isAlone ? channel : channel.parent();
        StreamSocketBytes before = socket.hasAttr(OF_CONNECTION)
                ? socket.attr(OF_CONNECTION).get()
                : null; // of other streams, or of the rest of an earlier response
        boolean counts = isEncrypted(socket) || isAlone && !writesCopies;
        if (isAlone && !counts) {
            if (before != null) {
                before.end(); // else it would count the copies
            }
            return null;
        }
        StreamSocketBytes joined = before == null ? new StreamSocketBytes(socket, unsent, counts) : before;
        socket.attr(OF_CONNECTION).set(joined);
        joined.streams++;
        return joined;
    }

    private static boolean isEncrypted(Channel socket) {
        return socket.pipeline().get(SslHandler.class) != null;
    }

    /**
     * Called when a stream has left; returns whether it was the last one and bytes still wait. The socket is then to be
     * checked until these have left.
     */
    boolean leave() {
        assert socket.eventLoop().inEventLoop();
        streams--;
        if (hasStreams()) {
            return false;
        }
        if (isWaiting()) {
            return true;
        }
        end();
        return false;
    }

    boolean hasStreams() {
        return streams > 0;
    }

    /** Returns whether bytes wait in the queue. */
    boolean isWaiting() {
        assert socket.eventLoop().inEventLoop();
        return StreamWriteProgress.mark(socket) != StreamWriteProgress.NOTHING_WAITS;
    }

    /** Returns whether the count has ended. */
    boolean hasEnded() {
        return ended;
    }

    /** Ends the count. */
    void end() {
        assert socket.eventLoop().inEventLoop();
        ended = true;
        changed(0);
        counts = false;
        if (socket.hasAttr(OF_CONNECTION)) {
            socket.attr(OF_CONNECTION).set(null);
        }
    }

    /** Counts the bytes again. */
    void count() {
        assert socket.eventLoop().inEventLoop();
        if (counts) {
            ChannelOutboundBuffer outbound = socket.unsafe().outboundBuffer();
            changed(outbound == null ? 0 : outbound.totalPendingWriteBytes());
        }
    }

    private void changed(long bytes) {
        unsent.changed(bytes - counted);
        counted = bytes;
    }

    Channel channel() {
        return socket;
    }

    /** Returns the nanoseconds for which the socket has taken no byte, as seen by the checks, or 0 if nothing waits. */
    long check(long now) {
        count();
        return writes.check(socket, now) ? now - writes.progressNanos() : 0;
    }
}
