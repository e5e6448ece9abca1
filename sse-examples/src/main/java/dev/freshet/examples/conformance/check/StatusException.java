package dev.freshet.examples.conformance.check;

import java.io.IOException;

/** Thrown where a stream is refused. */
final class StatusException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    StatusException(int status) {
        super("status " + status);
        this.status = status;
    }

    int status() {
        return status;
    }
}
