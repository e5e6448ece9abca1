package dev.freshet.netty;

import java.io.IOException;

/**
 * The exception of an {@link SseEmitter} whose stream has ended before its code, usually because the client has
 * disconnected.
 */
public final class SseClosedException extends IOException {
    private static final long serialVersionUID = 1;

    SseClosedException(String message) {
        super(message);
    }
}
