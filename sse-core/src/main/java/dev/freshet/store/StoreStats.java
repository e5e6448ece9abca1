package dev.freshet.store;

import org.jspecify.annotations.Nullable;

/**
 * Figures of a store at one moment, for metrics and health. The counts begin when the store is opened. Immutable and
 * thread-safe.
 *
 * @param waitingBytes bytes of entries whose {@link EventStore#append} has not completed
 * @param behind entries that the store had when it was last looked at, and that its tails have not delivered yet; 0 in
 *     a store that does not count them. A tail that cannot reach the storage does not know what is appended there: the
 *     number stays as it is, and {@code problem} is set
 * @param reconnects the number of times that the connection to the storage server was made again
 * @param failedChecks the number of times that the entries of the storage server differed from those that were
 *     delivered
 * @param problem the present problem, in one line: entries are not kept, or not delivered, or not as safely as the
 *     options require. Null for none
 */
public record StoreStats(
        long waitingBytes,
        long behind,
        long reconnects,
        long failedChecks,
        @Nullable String problem) {
    private static final StoreStats UNKNOWN = new StoreStats(0, 0, 0, 0, null);

    /** Returns the figures of a store that does not report any: all are 0, and there is no problem. */
    public static StoreStats unknown() {
        return UNKNOWN;
    }
}
