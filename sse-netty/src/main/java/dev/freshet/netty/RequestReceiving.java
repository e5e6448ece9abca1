package dev.freshet.netty;

/**
 * The progress of receiving the requests of one channel.
 *
 * <pre>
 *   IDLE --first byte--&gt; HEAD --head decoded--&gt; BODY --last content--&gt; IDLE
 *     |                                          ^
 *     +---head decoded, received with the end of the one before---+
 * </pre>
 *
 * <p>Input that is refused or cannot be decoded may be a head without a last content, or an end without a head:
 * BODY and IDLE may follow each phase.
 */
enum RequestReceiving {
    /** No byte of a request was received after the last one. */
    IDLE,
    /** The first byte was received. */
    HEAD,
    /** The head was decoded, and the last content was not. */
    BODY;

    /** Returns the next phase; asserts that it may follow this one. */
    RequestReceiving to(RequestReceiving next) {
        assert mayBecome(next) : this + " -> " + next;
        return next;
    }

    private boolean mayBecome(RequestReceiving next) {
        return next != HEAD || this == IDLE;
    }
}
