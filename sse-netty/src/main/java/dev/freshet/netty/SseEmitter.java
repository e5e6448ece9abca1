package dev.freshet.netty;

import dev.freshet.event.SseEvent;

/**
 * The stream that an {@link SseSource} writes to. It has no queue: an event is written when the client's socket has
 * room for it. The events of one thread keep their order. When the stream ends before the source, because the client
 * has disconnected or the server closed it, the thread that runs the source is interrupted. Thread-safe.
 */
public interface SseEmitter {
    /**
     * Sends an event; waits until the client's socket has room for it. Must not be called on the stream's event loop,
     * which would wait for itself.
     *
     * @throws IllegalArgumentException if the event has an id that no client could send back ({@link
     *     dev.freshet.event.LastEventId#check}); the stream stays open
     * @throws IllegalStateException if called on the stream's own event loop
     * @throws SseClosedException if the stream has ended: the client has disconnected, or the server closed it
     * @throws InterruptedException if the thread is interrupted while it waits; the event is then not sent
     */
    void send(SseEvent event) throws SseClosedException, InterruptedException;

    /**
     * Registers an action that is run once, when the stream ends before the source, or at once if it has ended. It
     * serves to stop a wait that ignores interrupts. It runs on an event loop, or on this thread if it runs at once,
     * and must not block. If it throws, the failure is logged.
     */
    void onClose(Runnable action);

    /**
     * Returns whether the stream is open. It is false once the stream has ended, so that long work may be abandoned.
     */
    boolean isOpen();
}
