package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of one {@link SseServer}, whatever they speak, and their end: when the server begins to drain, each
 * HTTP/2 connection is told, and each connection ends with its last answer; when no stream is open any more, those end that
 * owe none. Thread-safe.
 */
final class ServerConnections {
    /** A connection that ends with the last of several requests; on its event loop. */
    interface Draining {
        /** From now on it ends with its last request. Idempotent. */
        void drain();

        /** It ends with the requests that it has taken. Returns whether there are any. */
        boolean finish();
    }

    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Map<Channel, Draining> http2 = new ConcurrentHashMap<>();
    private volatile boolean draining;
    private volatile boolean closing;
    private volatile boolean aborted;
    private final ChannelFutureListener gone = closed -> open.remove(closed.channel());

    /** The socket that connections come through. */
    void listen(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(gone);
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
    void began(Channel channel, Draining connection) {
        http2.put(channel, connection);
        if (draining) {
            connection.drain();
        }
    }

    void ended(Channel channel) {
        http2.remove(channel);
    }

    boolean isDraining() {
        return draining;
    }

    /** From now on a connection ends with its last answer, and is told so: an HTTP/2 one at once. */
    void drain() {
        draining = true;
        // Behind the streams that end in this turn: some clients give up what is open when they hear of it.
        http2.forEach((channel, connection) -> EventLoops.execute(
                channel.eventLoop(), () -> EventLoops.execute(channel.eventLoop(), connection::drain)));
    }

    /**
     * Closes every connection that owes no answer; the others end with their last, or when {@link #abort} is called. An
     * event loop that is shut down by a task of its own ends without a look at its sockets, so this goes before it.
     *
     * @return completes when they are closed
     */
    CompletableFuture<Void> finish() {
        closing = true; // and then looks at the other flag, and abort() the other way round: one sees the other
        return CompletableFuture.allOf(open.stream().map(this::finish).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> finish(Channel channel) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.closeFuture().addListener(done -> closed.complete(null));
        boolean queued = EventLoops.run(channel.eventLoop(), () -> {
            boolean owes = endsByItself(channel); // which tells an HTTP/2 peer, also where no answer is waited for
            if (aborted || !owes) {
                close(channel);
            }
        });
        return queued ? closed : CompletableFuture.completedFuture(null);
    }

    /** From now on no answer is waited for. */
    void abort() {
        aborted = true;
        if (closing) {
            open.forEach(channel -> EventLoops.run(channel.eventLoop(), () -> close(channel)));
        }
    }

    /** With its last answer; on its event loop. */
    private boolean endsByItself(Channel channel) {
        Draining connection = http2.get(channel);
        RequestTimeouts clock = channel.pipeline().get(RequestTimeouts.class);
        return connection == null ? clock != null && clock.owes() : connection.finish();
    }

    private static void close(Channel channel) {
        channel.close(); // in good form, which waits for the peer: GOAWAY, the end of TLS
        EventLoops.execute(channel.eventLoop(), () -> channel.unsafe().close(channel.voidPromise()));
    }
}
