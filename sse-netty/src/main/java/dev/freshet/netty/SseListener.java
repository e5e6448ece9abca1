package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;

/**
 * A listener of streams. {@code opened}, {@code lagged} and {@code closed} are called on the event loop of the
 * connection. No method may block. If one throws, the failure is logged and has no further effect. Exactly one {@link
 * #closed} follows each {@link #opened}. Implementations must be thread-safe.
 */
public interface SseListener {
    /**
     * Called when a stream has opened; the outcome says whether it is fresh, resumed or reset. A publisher's stream is
     * always fresh.
     */
    default void opened(SseConnection connection, ResumeOutcome outcome) {}

    /** Called when retention has dropped events that the client had not read; the {@link LagPolicy} applies next. */
    default void lagged(SseConnection connection) {}

    /**
     * Called when an error has ended an event loop, whose streams are then closed, or when one on a connection leaves
     * the process in doubt, such as {@link OutOfMemoryError}. An {@link SseServer} accepts no further connections
     * ({@link FailurePolicy#STOP_ACCEPTING}). Netty 4.1 only logs the error that ended an event loop; an {@link
     * IllegalStateException} is passed here in its place. Called on the thread of that event loop.
     */
    default void failed(Throwable error) {}

    /** Called when a stream has ended. */
    default void closed(SseConnection connection, CloseReason reason) {}
}
