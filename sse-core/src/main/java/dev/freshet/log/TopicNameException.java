package dev.freshet.log;

/**
 * The refusal of a name that no topic can have. Applications often have their clients name topics, so an endpoint that throws this
 * refuses its request with 400, as a fault of the client's.
 */
public final class TopicNameException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** @param message what was found, and what was expected */
    public TopicNameException(String message) {
        super(message);
    }
}
