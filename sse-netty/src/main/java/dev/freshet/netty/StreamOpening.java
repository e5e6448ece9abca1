package dev.freshet.netty;

/**
 * What a stream of a hub's topics tells first of where it stands, so that a client that is cut off before its first event
 * resumes with nothing lost. Each also tells a {@code retry}, and one that was reset begins with an event {@code
 * stream-reset} in any case. A generation's stream tells none of it, but for the reset.
 */
public enum StreamOpening {
    /**
     * An event of type {@code stream-open} with data {@code {"resume":"fresh"}} or {@code {"resume":"resumed"}}, whose id is
     * the position; where a snapshot follows, the snapshot's last event has the id. Clients that keep the id of an event only where it has data need this one; a client that hands on
     * every event, whatever its type, sees it.
     */
    EVENT,
    /**
     * An id without an event: a client that follows HTML 9.2.6 keeps it and dispatches nothing. Some clients drop it, and
     * lose what comes between a cut before their first event and their return; others, such as the OpenAI client for Python
     * and httpx-sse, dispatch an empty event for it.
     */
    ID_ONLY,
    /** Nothing of the position: a client that is cut off before its first event comes back as a new one. */
    NONE
}
