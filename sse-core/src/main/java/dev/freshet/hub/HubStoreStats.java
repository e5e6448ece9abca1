package dev.freshet.hub;

import dev.freshet.store.StoreStats;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the traffic between a hub and its store at one moment. The counts begin when the hub is built, and are of
 * this hub alone unless stated otherwise. Immutable and thread-safe.
 *
 * @param appended entries that the store has acknowledged
 * @param failed entries that the store has not kept, or may not have kept
 * @param appending entries whose append has not completed yet
 * @param appendNanos the time that the acknowledgements of all {@code appended} entries took together, in nanoseconds
 * @param unread acknowledged events, starts and ends that the tail has not delivered yet
 * @param read entries of all hubs that the tail has delivered, including those from before the hub
 * @param newestMillis the time at which the newest of these was appended, by the clock of the store, in milliseconds
 *     since the epoch; 0 before the first
 * @param losses the number of times that the tail reported lost entries, so that clients with an earlier position are
 *     reset
 * @param refused entries that the tail delivered and that the logs do not take: too large, or against the contract of a
 *     store
 * @param whyNotLoaded the reason why the hub has not loaded what the store keeps and cannot be followed yet ({@link
 *     StoreStart#RETRY}); null once it is loaded
 * @param store the figures of the store itself
 */
public record HubStoreStats(
        long appended,
        long failed,
        int appending,
        long appendNanos,
        long unread,
        long read,
        long newestMillis,
        long losses,
        long refused,
        @Nullable String whyNotLoaded,
        StoreStats store) {
    /** Checks that the store's figures are not null. */
    public HubStoreStats {
        Objects.requireNonNull(store, "store");
    }

    /**
     * Returns the problem that keeps the hub from using its store now, for example for a readiness probe.
     *
     * @return {@code whyNotLoaded} if the hub is not loaded, and otherwise the {@linkplain StoreStats#problem problem}
     *     that the store reports; null if there is none
     */
    public @Nullable String problem() {
        return whyNotLoaded != null ? whyNotLoaded : store.problem();
    }
}
