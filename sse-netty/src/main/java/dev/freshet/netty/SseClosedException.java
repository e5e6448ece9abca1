package dev.freshet.netty;

import java.io.IOException;

/** What an {@link SseEmitter} throws where the stream has ended before its code: most often, the client has gone. */
public final class SseClosedException extends IOException {
    private static final long serialVersionUID = 1;

    SseClosedException(String message) {
        super(message);
    }
}
