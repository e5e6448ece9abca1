package dev.freshet.netty;

import dev.freshet.log.Start;

/**
 * Hears what becomes of connections. Called on the event loop of the connection: must not block. One that throws is
 * logged, and harms nothing. Exactly one {@link #closed} follows each {@link #opened}. Implementations must be
 * thread-safe.
 */
public interface SseListener {
    /** A stream began; the start tells whether it is fresh, resumed or reset. A publisher's stream is always fresh. */
    default void opened(SseConnection connection, Start.Outcome outcome) {}

    /** Retention dropped what the client had not read; the {@link LagPolicy} follows. */
    default void lagged(SseConnection connection) {}

    /**
     * An error has ended an event loop, whose streams are then closed, or it came up on a connection and leaves the process
     * in doubt, such as {@link OutOfMemoryError}. An {@link SseServer} accepts no more connections ({@link
     * FailurePolicy#STOP_ACCEPTING}). Netty 4.1 does not hand on what ended an event loop: it logs that, and this is told an
     * {@link IllegalStateException} in its place. Called on the thread of that event loop.
     */
    default void failed(Throwable error) {}

    /** A stream ended. */
    default void closed(SseConnection connection, CloseReason reason) {}
}
