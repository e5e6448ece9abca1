package dev.freshet.examples.conformance.check;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown where an event was not published: what is to be seen of it says nothing about the stream. */
final class PublishException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param cause null where the event was refused */
    PublishException(String message, @Nullable IOException cause) {
        super(message, cause);
    }

    boolean isRefusal() {
        return getCause() == null;
    }
}
