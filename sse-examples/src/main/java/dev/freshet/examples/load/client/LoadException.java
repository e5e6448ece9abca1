package dev.freshet.examples.load.client;

/** The end of a run that could not be made: nothing to connect to, nothing to publish to, no ids to resume from. */
public final class LoadException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With the reason, as the user reads it. */
    public LoadException(String message) {
        super(message, null, false, false);
    }
}
