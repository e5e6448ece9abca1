package dev.freshet.netty;

/**
 * The end of an HTTP/1.1 connection that drains.
 *
 * <pre>
 *   OPEN --response with Connection: close--&gt; LAST_RESPONSE_BEGUN --request--&gt; DISCARDING
 * </pre>
 */
enum RequestTeardown {
    /** Each request is processed. */
    OPEN,
    /** The head of the last response was written. */
    LAST_RESPONSE_BEGUN,
    /** Requests after the last response are not processed (RFC 9112 9.6). */
    DISCARDING;

    /** Returns the next phase; asserts that it may follow this one. */
    RequestTeardown to(RequestTeardown next) {
        assert mayBecome(next) : this + " -> " + next;
        return next;
    }

    private boolean mayBecome(RequestTeardown next) {
        return switch (this) {
            case OPEN -> next == LAST_RESPONSE_BEGUN;
            case LAST_RESPONSE_BEGUN -> next == DISCARDING;
            case DISCARDING -> false;
        };
    }
}
