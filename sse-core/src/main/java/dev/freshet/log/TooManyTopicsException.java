package dev.freshet.log;

/** A topic that nobody follows yet cannot be followed now: those that are take all the memory that they may. */
public final class TooManyTopicsException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    TooManyTopicsException() {
        super("topics: those that are followed take what they may of retention.hubBytes");
    }
}
