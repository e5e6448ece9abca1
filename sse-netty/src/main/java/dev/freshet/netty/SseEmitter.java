package dev.freshet.netty;

import dev.freshet.event.SseEvent;

/**
 * Where an {@link SseSource} writes its stream. Nothing queues: an event goes on when the client's socket has room for it.
 * Events go in the order in which a thread sent them. When the stream ends before the source, because the client has gone
 * or the server closed it, the thread that runs the source is interrupted. Thread-safe.
 */
public interface SseEmitter {
    /**
     * Sends an event; waits until the socket has room for it. Not from an event loop, for that waits for itself.
     *
     * @throws IllegalArgumentException if the event has an id that no client could send back
     *     ({@link dev.freshet.event.LastEventId#check}); the stream goes on
     * @throws IllegalStateException if called on the stream's own event loop
     * @throws SseClosedException if the stream has ended: the client has gone, or the server closed it
     * @throws InterruptedException if the thread is interrupted while it waits; the event is then not sent
     */
    void send(SseEvent event) throws SseClosedException, InterruptedException;

    /**
     * Has the action run once when the stream ends before the source, or at once where it has: to end what waits without a
     * look at interrupts. It runs on an event loop, or on this thread where it runs at once, and must not block. What it
     * throws is logged.
     */
    void onClose(Runnable action);

    /** Whether the stream goes on: false once the client has gone, so that long work may be left. */
    boolean isOpen();
}
