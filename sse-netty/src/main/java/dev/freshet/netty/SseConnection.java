package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One open stream, of a hub's topics or of a publisher's events. Thread-safe. */
public interface SseConnection {
    /**
     * Sends an event to this one client, between the events of its topics or publisher. Not kept: a client that reconnects does not
     * get it again. An id of its own becomes the client's last event id, so leave it out on a stream that resumes.
     *
     * @return completes when the event was handed to the operating system; fails with {@link
     *     java.nio.channels.ClosedChannelException} where the stream has ended, and with {@link IllegalStateException}
     *     where the client reads too slowly, which also ends the stream ({@link CloseReason#OVERFLOW})
     * @throws IllegalArgumentException if the event has an id that no client could send back, or on a hub's stream one of the
     *     hub's own form; see {@link dev.freshet.hub.SseHub#checkEventId} and {@link Limits.Builder#eventIdBytes}
     */
    CompletionStage<Void> send(SseEvent event);

    /**
     * Ends the stream behind what was published and sent to it before, as {@link SseConnections#close} does; called inside a
     * listener or a drain it takes effect after that. A hub's stream ends in good form, a finite one is cut off, so that it does
     * not pass for whole. Idempotent.
     */
    void close();

    /** Whether the stream has not ended. */
    boolean isOpen();

    /** What {@link SseReply.Subscribe#attribute} or {@link SseReply.Stream#attribute} set, or null. */
    @Nullable
    Object attribute(String name);

    /** The topics that it follows; none where it is a finite stream of a publisher. */
    List<String> topics();

    /** The other end of the socket. */
    SocketAddress remoteAddress();
}
