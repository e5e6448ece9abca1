package dev.freshet.netty;

import io.netty.buffer.ByteBuf;

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

    /** Returns whether the input is the empty lines after a body that the codec skips (RFC 9112 2.2). */
    static boolean isEmptyLines(Object msg) {
        return msg instanceof ByteBuf bytes && bytes.forEachByte(b -> b == '\r' || b == '\n') < 0;
    }
}
