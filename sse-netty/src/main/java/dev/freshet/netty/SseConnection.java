package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.log.CursorLag;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An open stream, of a hub's topics or of a publisher's events. Thread-safe. */
public interface SseConnection {
    /**
     * Sends an event to this client only, between the events of its topics or publisher. The event is not retained: a
     * client that reconnects does not receive it again. An id of the event becomes the client's last event id, so omit
     * it on a stream that resumes.
     *
     * @return a stage that completes when the event was handed to the operating system. It fails with {@link
     *     java.nio.channels.ClosedChannelException} if the stream has ended, and with {@link IllegalStateException}
     *     if the client reads too slowly, which also ends the stream ({@link CloseReason#OVERFLOW})
     * @throws IllegalArgumentException if the event has an id that no client could send back, or on a hub's stream one
     *     of the hub's own form; see {@link dev.freshet.hub.SseHub#checkEventId} and {@link
     *     Limits.Builder#eventIdBytes}
     */
    CompletionStage<Void> send(SseEvent event);

    /**
     * Ends the stream after what was published and sent to it before, as {@link SseConnections#close} does. A call
     * inside a listener or a drain takes effect after it. A hub's stream is completed; a finite one is cut off, so that
     * it is not taken for complete. Idempotent.
     */
    void close();

    /** Whether the stream has not ended. */
    boolean isOpen();

    /** The value that {@link SseReply.Subscribe#attribute} or {@link SseReply.Stream#attribute} has set, or null. */
    @Nullable
    Object attribute(String name);

    /** The topics of the stream; none for a finite stream of a publisher. */
    List<String> topics();

    /** The remote address of the socket. */
    SocketAddress remoteAddress();

    /** The key of {@link SseReply.Subscribe#key} or {@link SseReply.Stream#key}, or null. */
    @Nullable
    String key();

    /**
     * The path of the endpoint as it was registered, such as {@code /prices/{symbol}}: a bounded set, fit for the tag of
     * a metric. The path that the client has sent is {@link SseRequest#path}.
     */
    String path();

    /** The protocol: {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
    String protocol();

    /** The time at which the stream opened, to the millisecond, by {@link SseHandler.Builder#clock}. */
    Instant openedAt();

    /**
     * The time of the last write to the client, of an event, a private send or a heartbeat; as precise as {@link
     * #openedAt}, and an estimate on any thread but the stream's event loop. What was written may wait in the socket.
     */
    Instant lastWriteAt();

    /**
     * How far the stream is behind its topics: what is retained of them and was not written. An estimate on any thread
     * but the stream's event loop, which drains meanwhile. A stream of a publisher has no lag, nor has one that has ended:
     * both return {@link CursorLag#NONE}. The time that a call takes does not depend on the lag.
     */
    CursorLag lag();
}
