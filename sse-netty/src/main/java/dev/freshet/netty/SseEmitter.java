package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.concurrent.CompletionStage;

/**
 * Where an {@link SseSource} writes its stream. Nothing queues without bound: an event goes on when the client's socket
 * has room for it. Events go in the order in which a thread sent them. Thread-safe.
 */
public interface SseEmitter {
    /** While so many events wait for the client, {@link #sendAsync} takes no more. */
    int MOST_WAITING = 256;

    /**
     * While the events that wait are so large together, {@link #sendAsync} takes no more. Counted in UTF-16 units of their
     * type, data, id and comment, each one byte of memory, or two where the text is not Latin-1. So no more waits than
     * this and one event of each thread that sends.
     */
    int MOST_WAITING_UNITS = 1 << 20;

    /**
     * Sends an event; waits until the socket has room for it. Not from an event loop, for that waits for itself.
     *
     * @throws IllegalArgumentException if the event has an id that no client could send back
     *     ({@link dev.freshet.event.LastEventId#check}); the stream goes on
     * @throws IllegalStateException if called on the stream's own event loop, as what depends on a stage of {@link
     *     #sendAsync} may be
     * @throws SseClosedException if the stream has ended: the client has gone, or the server closed it
     * @throws InterruptedException if the thread is interrupted while it waits; the event is then not sent
     */
    void send(SseEvent event) throws SseClosedException, InterruptedException;

    /**
     * Sends an event once the socket has room for it. One who waits for each stage before the next event never has too
     * many under way.
     *
     * @return completes when the event is on its way, on an event loop or a thread that sends, so what depends on it must
     *     not block; fails with {@link SseClosedException} where the stream has ended, and with {@link
     *     IllegalStateException} where as many events wait already as {@link #MOST_WAITING} and {@link
     *     #MOST_WAITING_UNITS} allow
     * @throws IllegalArgumentException as {@link #send}
     */
    CompletionStage<Void> sendAsync(SseEvent event);

    /** Whether the stream goes on: false once the client has gone, so that long work may be left. */
    boolean isOpen();
}
