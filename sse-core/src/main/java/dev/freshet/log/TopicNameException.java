package dev.freshet.log;

/**
 * The refusal of a name that no topic can have. Clients often name topics, so a request whose endpoint throws this
 * exception is refused with 400, as a fault of the client.
 */
public final class TopicNameException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** @param message the name that was found, and what was expected */
    public TopicNameException(String message) {
        super(message);
    }
}
