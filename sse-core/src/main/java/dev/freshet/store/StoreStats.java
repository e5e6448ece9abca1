package dev.freshet.store;

import org.jspecify.annotations.Nullable;

/**
 * What a store tells of itself at one moment, for metrics and health. Counts are since it was opened. Immutable and thread-safe.
 *
 * @param waitingBytes bytes of entries that were handed to {@link EventStore#append} and have not completed
 * @param behind entries that the store has and its tail has not delivered, as far as it last looked
 * @param reconnects how often the connection to the engine was made anew
 * @param failedChecks how often what the engine has was found not to be what was delivered
 * @param problem what is wrong now, in one line: entries are not kept, or not delivered, or not as safely as was asked for. Null
 *     where all is well
 */
public record StoreStats(
        long waitingBytes,
        long behind,
        long reconnects,
        long failedChecks,
        @Nullable String problem) {
    private static final StoreStats UNKNOWN = new StoreStats(0, 0, 0, 0, null);

    /** Of a store that tells nothing: all is 0 and well. */
    public static StoreStats unknown() {
        return UNKNOWN;
    }
}
