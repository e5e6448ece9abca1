package dev.freshet.examples.conformance.wire;

import java.io.IOException;

/** What is not HTTP as RFC 9112 has it. The message says what. */
public final class MalformedException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }
}
