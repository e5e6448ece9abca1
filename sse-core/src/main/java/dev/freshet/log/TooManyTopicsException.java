package dev.freshet.log;

/**
 * The refusal to follow or start a topic that is not followed yet: the topics that are followed, and those that are
 * open and retain nothing, take all the memory that they may.
 */
public final class TooManyTopicsException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    TooManyTopicsException() {
        super("topics: those that are followed or open take what they may of retention.hubBytes");
    }
}
