package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the queue of one socket and is no copy that others write, too: what TLS has encrypted, and over HTTP/1.1 the
 * events of a finite stream. The streams of a connection have one together, which over HTTP/2 also tells whether the connection
 * goes on at all. Confined to the event loop.
 */
final class StreamSocketBytes {
    private static final AttributeKey<StreamSocketBytes> OF_CONNECTION =
            AttributeKey.valueOf(StreamSocketBytes.class, "connection");

    private final Channel socket;
    private final StreamUnsentBytes unsent;
    private final StreamWriteProgress writes = new StreamWriteProgress();
    private boolean counts;
    private boolean ended;
    private long counted;
    private int streams;

    private StreamSocketBytes(Channel socket, StreamUnsentBytes unsent, boolean counts) {
        this.socket = socket;
        this.unsent = unsent;
        this.counts = counts;
    }

    /**
     * For one more stream, which leaves. Returns null where there is nothing to look at.
     *
     * @param writesCopies whether what the stream writes are copies that others may write, too
     */
    static @Nullable StreamSocketBytes join(Channel channel, boolean writesCopies, StreamUnsentBytes unsent) {
        boolean isAlone = !(channel instanceof Http2StreamChannel);
        Channel socket = isAlone ? channel : channel.parent();
        StreamSocketBytes before = socket.hasAttr(OF_CONNECTION)
                ? socket.attr(OF_CONNECTION).get()
                : null; // of others, or of what an earlier answer has left
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

    /** Returns whether the last has left and something waits all the same: then it is to be looked at until it ends. */
    boolean leave() {
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

    boolean isWaiting() {
        return StreamWriteProgress.mark(socket) != StreamWriteProgress.NOTHING_WAITS;
    }

    /** It counts no more. */
    boolean hasEnded() {
        return ended;
    }

    /** Nothing more is counted. */
    void end() {
        ended = true;
        changed(0);
        counts = false;
        if (socket.hasAttr(OF_CONNECTION)) {
            socket.attr(OF_CONNECTION).set(null);
        }
    }

    void count() {
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

    /** For which time the socket has taken nothing, as far as the looks tell; 0 where nothing waits. */
    long check(long now) {
        count();
        return writes.check(socket, now) ? now - writes.progressNanos() : 0;
    }
}
