package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import java.util.concurrent.CompletableFuture;

/**
 * An append in flight.
 *
 * @param key the publish key; another append with the same key is a retry
 * @param deadline the time at which it times out, by {@link System#nanoTime()}
 * @param appended the result, for the caller
 */
record Pending(StoredEntry entry, String key, long deadline, CompletableFuture<EventId> appended) {
    /** The bytes that an entry takes in addition to its contents, while it is in flight. */
    private static final int OVERHEAD = 256;

    /** Returns the size that counts towards the bound of bytes in flight. */
    long size() {
        long own = entry.eventId() == null ? 0 : entry.eventId().length();
        return OVERHEAD + entry.body().length + entry.topic().length() + own;
    }

    /** Returns whether the append has timed out. */
    boolean isOverdue(long now) {
        return now - deadline > 0;
    }
}
