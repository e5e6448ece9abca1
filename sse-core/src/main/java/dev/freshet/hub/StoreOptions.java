package dev.freshet.hub;

import dev.freshet.log.HubLog;
import dev.freshet.store.EventStore;
import java.time.Duration;
import java.util.function.BiFunction;

/**
 * The options of a hub on a store, as {@link SseHubBuilder} sets them.
 *
 * @param store the store
 * @param start what to do if the store cannot be loaded
 * @param timeout how long the load may take
 * @param aheadPatience how long a reader waits for a position that has not been read yet
 * @param eventIdBytes the longest id of an event, in bytes of UTF-8
 * @param leases creates the leases of a new hub
 */
record StoreOptions(
        EventStore store,
        StoreStart start,
        Duration timeout,
        Duration aheadPatience,
        int eventIdBytes,
        BiFunction<LeaseWriter.Appender, HubLog, TopicLeases> leases) {}
