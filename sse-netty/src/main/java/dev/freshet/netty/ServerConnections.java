package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of one {@link SseServer} and their end. When the server begins to drain, each HTTP/2 connection is
 * sent GOAWAY, and each connection is closed after its last response. When no stream is open any more, the connections
 * without a pending response are closed. Thread-safe.
 */
final class ServerConnections {
    /** A connection that several requests share. Called on its event loop. */
    interface Draining {
        /** Announces that the connection will be closed after its last request. Idempotent. */
        void drain();

        /** Accepts no further requests. Returns whether requests are open; the connection is closed after the last. */
        boolean finish();
    }

    /** The listening channel and the connections that are no streams. */
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();

    private final Map<Channel, Draining> http2 = new ConcurrentHashMap<>();
    private volatile boolean draining;
    private volatile boolean closing;
    private volatile boolean aborted;
    private final ChannelFutureListener removal = closed -> open.remove(closed.channel());

    /** Adds the listening channel. */
    void listen(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(removal);
    }

    /** Adds an accepted connection. Called on its event loop. */
    void add(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        open.add(channel);
        channel.closeFuture().addListener(removal);
        if (closing) { // it is set before the set is read, and read after this was added: one sees the other
            channel.close();
        }
    }

    /** Removes a connection that has become a stream; streams are ended separately. */
    void remove(Channel channel) {
        open.remove(channel);
    }

    /** Adds an HTTP/2 connection. Called on its event loop. */
    void began(Channel channel, Draining connection) {
        assert channel.eventLoop().inEventLoop();
        http2.put(channel, connection);
        if (draining) {
            connection.drain();
        }
    }

    /** Removes an HTTP/2 connection. */
    void ended(Channel channel) {
        http2.remove(channel);
    }

    /** Returns whether each connection is closed after its last response. */
    boolean isDraining() {
        return draining;
    }

    /** Lets each connection close after its last response; an HTTP/2 connection is sent GOAWAY at once. */
    void drain() {
        draining = true;
        // After the streams that end in this iteration of the loop: some clients abandon open streams on GOAWAY.
        http2.forEach((channel, connection) -> EventLoops.execute(
                channel.eventLoop(), () -> EventLoops.execute(channel.eventLoop(), connection::drain)));
    }

    /**
     * Closes every connection without a pending response. The others are closed after their last one, or by {@link
     * #abort}. Called before the event loops are shut down: a loop that one of its own tasks shuts down terminates
     * without polling its sockets.
     *
     * @return completes when all connections are closed
     */
    CompletableFuture<Void> finish() {
        closing = true; // read by abort() after it sets its own flag, which the task below reads: one sees the other
        return CompletableFuture.allOf(open.stream().map(this::finish).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> finish(Channel channel) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.closeFuture().addListener(done -> closed.complete(null));
        boolean queued = EventLoops.run(channel.eventLoop(), () -> {
            boolean pending = endsByItself(channel); // also after abort(), as it sends the last GOAWAY
            if (aborted || !pending) {
                close(channel);
            }
        });
        return queued ? closed : CompletableFuture.completedFuture(null);
    }

    /** Closes the connections without waiting for responses: at once after {@link #finish}, else by it. */
    void abort() {
        aborted = true;
        if (closing) {
            open.forEach(channel -> EventLoops.run(channel.eventLoop(), () -> close(channel)));
        }
    }

    /** Returns whether the connection has a pending response and is closed after it. Called on its event loop. */
    private boolean endsByItself(Channel channel) {
        Draining connection = http2.get(channel);
        RequestTimeouts timeouts = channel.pipeline().get(RequestTimeouts.class);
        return connection == null ? timeouts != null && timeouts.hasPendingResponse() : connection.finish();
    }

    private static void close(Channel channel) {
        channel.close(); // first sends GOAWAY and close_notify, and waits for the peer
        EventLoops.execute(channel.eventLoop(), () -> channel.unsafe().close(channel.voidPromise()));
    }
}
