package dev.freshet.netty.redis;

/** What Redis refused, or that it did not answer. Immutable and thread-safe. */
public final class RedisStoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is known of what was asked. */
    enum Outcome {
        /** It was refused, and would be again. */
        REFUSED,
        /** It was not done, and may be later. */
        NOT_DONE,
        /** It may have been done. */
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
