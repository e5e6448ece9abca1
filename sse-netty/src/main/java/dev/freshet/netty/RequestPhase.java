package dev.freshet.netty;

/**
 * The phase of a {@link RequestHandler}.
 *
 * <pre>
 *          +----------------------- answered, and read to its end ------------------------+
 *          v                                                                              |
 *        OPEN --endpoint's--&gt; DECIDING --head accepted--&gt; READING --whole, too large--&gt; DECIDING
 *        ^  |                  |    |                                                     |
 *        |  | others pending   |    +-----answered before its end--&gt; SKIPPING &lt;-----------+
 *        |  v                  |                                         |
 *        WAITING               +--publisher's--&gt; STREAMING               |
 *        ^                                           |                   |
 *        +--------------- the next request ----------+-------------------+
 *
 *   each --the last response, a hub's stream, the end of the channel--&gt; ENDED
 * </pre>
 *
 * <p>If a handler of the application has dropped the end of a request that is READING, the next request ends the channel.
 */
enum RequestPhase {
    /** A request may begin, or one that was passed on continues. */
    OPEN(false),
    /** A request waits until those before it are answered. */
    WAITING(true),
    /** The endpoint's request is checked or answered. */
    DECIDING(true),
    /** The body of the endpoint's request is read. */
    READING(false),
    /** A finite stream answers the endpoint's request. */
    STREAMING(true),
    /** The request is answered: the rest of it is discarded. */
    SKIPPING(false),
    /** The connection is closed after what was written; further input is discarded. */
    ENDED(false);

    /** Whether input is queued. */
    final boolean holdsBack;

    RequestPhase(boolean holdsBack) {
        this.holdsBack = holdsBack;
    }

    /** Returns the next phase; asserts that it may follow this one, or is the same. */
    RequestPhase to(RequestPhase next) {
        assert mayBecome(next) : this + " -> " + next;
        return next;
    }

    private boolean mayBecome(RequestPhase next) {
        return next == this
                || next == ENDED
                || switch (this) {
                    case OPEN -> next == WAITING || next == DECIDING;
                    case WAITING, STREAMING -> next == OPEN;
                    case DECIDING -> next != WAITING;
                    case READING -> next == DECIDING || next == SKIPPING;
                    case SKIPPING -> next == OPEN;
                    case ENDED -> false;
                };
    }
}
