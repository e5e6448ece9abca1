package dev.freshet.netty.redis;

/** The failure of an operation of the store: Redis rejected it, or did not reply. Immutable and thread-safe. */
public final class RedisStoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The known outcome of the operation. */
    enum Outcome {
        /** It was rejected, and would be again. */
        REFUSED,
        /** It was not executed, and a retry may succeed. */
        NOT_DONE,
        /** It may have been executed. */
        UNKNOWN
    }

    private final Outcome outcome;

    RedisStoreException(Outcome outcome, String message) {
        this(outcome, message, null);
    }

    RedisStoreException(Outcome outcome, String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
