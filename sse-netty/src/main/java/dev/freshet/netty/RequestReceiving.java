package dev.freshet.netty;

import io.netty.buffer.ByteBuf;

/**
 * The progress of receiving the requests of one channel.
 *
 * <pre>
 *   IDLE --first byte--&gt; HEAD --head decoded--&gt; BODY --last content--&gt; IDLE
 *     |                                         ^ ^ |
 *     +--head decoded that was received---------+ +-+--head decoded, after a body that the codec dropped
 *        with the end of the request before it
 * </pre>
 *
 * <p>The codec drops the body of a request that a handler behind it refuses with 417. A handler that the application
 * puts behind the codec may take the head of a request and not its end: IDLE follows each phase.
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
        return switch (this) {
            case IDLE -> true;
            case HEAD, BODY -> next != HEAD;
        };
    }

    /** Returns whether the input is the empty lines after a body that the codec skips (RFC 9112 2.2). */
    static boolean isEmptyLines(Object msg) {
        return msg instanceof ByteBuf bytes && bytes.forEachByte(b -> b == '\r' || b == '\n') < 0;
    }
}
