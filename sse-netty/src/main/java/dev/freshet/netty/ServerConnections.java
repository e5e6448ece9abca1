package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The connections of one {@link SseServer} and their end. When the server begins to drain, each HTTP/2 connection is
 * sent GOAWAY, and each connection is closed after its last response. When no stream is open any more, the connections
 * without a pending response are closed. Thread-safe.
 *
 * <pre>
 *   SERVING --drain--&gt; DRAINING -----finish---&gt; CLOSING
 *                         |                      |
 *                       abort                  abort
 *                         v                      v
 *                    ABORT_PENDING --finish--&gt; ABORTED
 * </pre>
 *
 * <p>Each transition may be made on any thread. A call that is repeated changes nothing.
 */
final class ServerConnections {
    private enum Phase {
        SERVING,
        /** Streams end. Other connections are closed after their last response. */
        DRAINING,
        /** Streams end, and after them every connection. */
        ABORT_PENDING,
        /** No stream is open. A connection is closed as soon as it has no pending response. */
        CLOSING,
        /** No stream is open. Every connection is closed. */
        ABORTED;

        Phase finish() {
            assert this != SERVING : "finish before drain";
            return this == ABORT_PENDING || this == ABORTED ? ABORTED : CLOSING;
        }

        Phase abort() {
            assert this != SERVING : "abort before drain";
            return this == CLOSING || this == ABORTED ? ABORTED : ABORT_PENDING;
        }
    }

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
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.SERVING);
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
        // The phase is set before the set is read, and read after this was added: one sees the other.
        if (haveStreamsEnded()) {
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
        if (isDraining()) {
            connection.drain();
        }
    }

    /** Removes an HTTP/2 connection. */
    void ended(Channel channel) {
        http2.remove(channel);
    }

    /** Returns whether each connection is closed after its last response. */
    boolean isDraining() {
        return phase.get() != Phase.SERVING;
    }

    private boolean haveStreamsEnded() {
        Phase now = phase.get();
        return now == Phase.CLOSING || now == Phase.ABORTED;
    }

    /** Lets each connection close after its last response; an HTTP/2 connection is sent GOAWAY at once. */
    void drain() {
        if (!phase.compareAndSet(Phase.SERVING, Phase.DRAINING)) {
            return;
        }
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
        phase.updateAndGet(Phase::finish);
        return CompletableFuture.allOf(open.stream().map(this::finish).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> finish(Channel channel) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.closeFuture().addListener(done -> closed.complete(null));
        boolean queued = EventLoops.run(channel.eventLoop(), () -> {
            boolean pending = endsByItself(channel); // also after abort(), as it sends the last GOAWAY
            if (phase.get() == Phase.ABORTED || !pending) {
                close(channel);
            }
        });
        return queued ? closed : CompletableFuture.completedFuture(null);
    }

    /** Closes the connections without waiting for responses: at once after {@link #finish}, else by it. */
    void abort() {
        // The second of finish and abort enters ABORTED. The tasks of finish read the phase afterwards, and abort
        // closes what is then open, so that one of the two closes each connection.
        if (phase.updateAndGet(Phase::abort) == Phase.ABORTED) {
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
