package dev.freshet.netty;

import java.io.Serial;

/** A topic that there cannot be. Many an application has its clients name topics, so it may be a fault of theirs. */
final class TopicException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1;

    TopicException(String message) {
        super(message);
    }
}
