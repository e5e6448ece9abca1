package dev.freshet.hub;

import dev.freshet.store.StoreStats;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What goes between a hub and its store, at one moment. Counts are since the hub was built, and of this hub alone unless they say
 * otherwise. Immutable and thread-safe.
 *
 * @param appended entries that the store has acknowledged
 * @param failed entries that it has not kept, or may not have
 * @param appending entries that it has not answered yet
 * @param appendNanos how long it took to acknowledge, of all that are {@code appended} together, in nanoseconds
 * @param unread acknowledged events, starts and ends that the tail has not brought yet
 * @param read entries that the tail has brought, of all hubs, and those that it began with
 * @param newestMillis when the newest of them was appended, as the store tells it, in milliseconds since the epoch; 0 before one
 * @param losses how often the tail told that entries are lost, so that clients from before are reset
 * @param refused entries that the tail brought and that have no place in the logs: too large, or against the contract of a store
 * @param whyNotLoaded why the hub has not loaded what the store keeps, so that nobody follows it yet ({@link StoreStart#RETRY}); null
 *     once it has
 * @param store what the store tells of itself
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
    /** Takes what was counted. */
    public HubStoreStats {
        Objects.requireNonNull(store, "store");
    }

    /**
     * What keeps the hub from working with its store now. A readiness probe can answer with it.
     *
     * @return {@code whyNotLoaded} where the hub is not loaded, and otherwise the {@linkplain StoreStats#problem problem} that the
     *     store tells; null if there is none
     */
    public @Nullable String problem() {
        return whyNotLoaded != null ? whyNotLoaded : store.problem();
    }
}
