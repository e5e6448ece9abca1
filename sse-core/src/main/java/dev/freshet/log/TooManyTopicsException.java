package dev.freshet.log;

/**
 * A topic that nobody follows yet cannot be followed now, or started: those that are, and those that are open and retain nothing,
 * take all the memory that they may.
 */
public final class TooManyTopicsException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    TooManyTopicsException() {
        super("topics: those that are followed or open take what they may of retention.hubBytes");
    }
}
