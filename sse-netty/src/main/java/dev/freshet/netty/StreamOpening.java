package dev.freshet.netty;

/**
 * The first information about its position that a stream of a hub's topics sends, so that a client that is cut off
 * before its first event resumes without a loss. Each kind also sends a {@code retry}, and a stream that was reset
 * begins with an event {@code stream-reset} in any case. The stream of a generation sends none of it but the reset.
 * Thread-safe.
 */
public enum StreamOpening {
    /**
     * An event of type {@code stream-open} with data {@code {"resume":"fresh"}} or {@code {"resume":"resumed"}}, whose
     * id is the position; if a snapshot follows, the snapshot's last event has the id. Clients that store the id of an
     * event only if it has data need this kind. A client that dispatches events of every type dispatches it, too.
     */
    EVENT,
    /**
     * An id without an event: a client that follows HTML 9.2.6 stores it and dispatches nothing. Some clients drop it,
     * and lose what is published between a cut before their first event and their reconnection. Others, such as the
     * OpenAI client for Python and httpx-sse, dispatch an empty event for it.
     */
    ID_ONLY,
    /** No position: a client that is cut off before its first event reconnects as a new one. */
    NONE
}
