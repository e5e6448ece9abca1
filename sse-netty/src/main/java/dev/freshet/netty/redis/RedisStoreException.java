package dev.freshet.netty.redis;

import dev.freshet.store.EventStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The failure of an operation of the store: Redis rejected it or did not reply, too much was in flight, it came too late, or the store
 * was closed. Immutable and thread-safe.
 */
public final class RedisStoreException extends EventStoreException {
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

    RedisStoreException(Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause, outcome != Outcome.UNKNOWN);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }

    /** Returns this failure for an operation that may have been executed, or was certainly not. */
    RedisStoreException of(boolean mayBeDone) {
        return isNotKept() != mayBeDone
                ? this
                : new RedisStoreException(
                        mayBeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE, String.valueOf(getMessage()), getCause());
    }
}
