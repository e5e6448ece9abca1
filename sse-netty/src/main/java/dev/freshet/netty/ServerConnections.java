package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of one {@link SseServer}, whatever they speak, and their end: when the server begins to drain, each
 * HTTP/2 connection is told, and it ends with its last request; when it has drained, every connection ends. Thread-safe.
 */
final class ServerConnections {
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Set<Http2Connection> http2 = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;
    private volatile boolean closing;
    private final ChannelFutureListener gone = closed -> open.remove(closed.channel());

    /** The socket that connections come through. */
    void listen(Channel channel) {
        open.add(channel);
    }

    /** A connection that was accepted; on its event loop. */
    void add(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(gone);
        if (closing) { // set before the others are looked at, and read after this was added: one sees the other
            channel.close();
        }
    }

    /** It is a stream now, and counted among the streams alone. */
    void remove(Channel channel) {
        open.remove(channel);
    }

    /** A connection that speaks HTTP/2; on its event loop. */
    void began(Http2Connection connection) {
        http2.add(connection);
        if (draining) {
            connection.drain();
        }
    }

    void ended(Http2Connection connection) {
        http2.remove(connection);
    }

    /** From now on an HTTP/2 connection ends with its last request, and is told so. */
    void drain() {
        draining = true;
        http2.forEach(connection -> Engine.on(connection.loop(), connection::drain));
    }

    /**
     * Closes every connection, whatever it still waits for. An event loop that is shut down by a task of its own ends
     * without a look at its sockets, so this goes before it.
     *
     * @return completes when they are closed
     */
    CompletableFuture<Void> close() {
        closing = true;
        return CompletableFuture.allOf(
                open.stream().map(ServerConnections::close).toArray(CompletableFuture<?>[]::new));
    }

    private static CompletableFuture<Void> close(Channel channel) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.closeFuture().addListener(done -> closed.complete(null));
        Runnable atOnce = () -> channel.unsafe().close(channel.voidPromise());
        boolean queued = Engine.on(channel.eventLoop(), () -> {
            channel.close(); // in good form, which waits for the peer: GOAWAY, the end of TLS
            if (!Engine.execute(channel.eventLoop(), atOnce)) {
                closed.complete(null);
            }
        });
        return queued ? closed : CompletableFuture.completedFuture(null);
    }
}
