package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;

/**
 * A listener of streams. Every method is called on the event loop of the connection, without a lock, and must not block.
 * If one throws, the failure is logged and has no further effect. Exactly one {@link #closed} follows each {@link
 * #opened}. Implementations must be thread-safe.
 */
public interface SseListener {
    /**
     * Called when a stream has opened; the outcome says whether it is fresh, resumed or reset. A publisher's stream is
     * always fresh.
     */
    default void opened(SseConnection connection, ResumeOutcome outcome) {}

    /**
     * Called when a request of an endpoint is about to be answered with a refusal in place of a stream or another
     * answer. A refusal by {@link SseReply#retryLater}, and each that the library answers with {@code Retry-After}, has
     * status 503 here, also if a browser's EventSource receives it with status 200 and a {@code retry}. A request that
     * could not be decoded, or is of no endpoint, is not passed: it has no {@link SseRequest}, and is only counted
     * ({@link StreamStats#refused}). A request over HTTP/2 whose body does not arrive in time, or for which there is no
     * room, is passed with the status 408 or 431, and its stream is reset.
     *
     * @param request the head of the request, without its body
     * @param status the status of the refusal, from 200 to 599; 200 if the stream had expired ({@link
     *     RefusalReason#EXPIRED})
     * @param why the reason
     */
    default void refused(SseRequest request, int status, RefusalReason why) {}

    /**
     * Called when a client reads more slowly than is published: bytes wait in its socket, and events wait in the log
     * behind them. Streams are checked by a timer, about eight times in the shortest of the times that a handler
     * enforces, such as the heartbeat. The method is called at the first check that finds the stream behind, and again
     * each time that the number of events has doubled since; once the stream has caught up, from the beginning. Streams
     * of a publisher never lag: they request no more than their socket takes.
     *
     * @param connection the stream
     * @param events the number of retained events that are not written, above 0
     */
    default void lagging(SseConnection connection, long events) {}

    /** Called when retention has dropped events that the client had not read; the {@link LagPolicy} applies next. */
    default void lagged(SseConnection connection) {}

    /**
     * Called when an error has ended an event loop, whose streams are then closed, or when one on a connection leaves
     * the process in doubt, such as {@link OutOfMemoryError}. An {@link SseServer} accepts no further connections
     * ({@link FailurePolicy#STOP_ACCEPTING}). Netty 4.1 only logs the error that ended an event loop; an {@link
     * IllegalStateException} is passed here in its place. Called on the thread of that event loop.
     */
    default void failed(Throwable error) {}

    /** Called when a stream has ended. Its {@link SseConnection#lag} is {@link dev.freshet.log.CursorLag#NONE} by then. */
    default void closed(SseConnection connection, CloseReason reason) {}
}
