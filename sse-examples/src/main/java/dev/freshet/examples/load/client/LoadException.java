package dev.freshet.examples.load.client;

/** The failure of a run: no connection, no publishing, or no ids to resume from. */
public final class LoadException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Creates an exception with the reason, for the user. */
    public LoadException(String message) {
        super(message, null, false, false);
    }
}
