package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import java.util.concurrent.CompletableFuture;

/**
 * An append that was asked for.
 *
 * @param deadline by {@link System#nanoTime()}
 * @param appended what the caller waits for
 */
record Pending(StoredEntry entry, String key, long deadline, CompletableFuture<EventId> appended) {
    /** Of an entry beyond its body, in flight. */
    private static final int OVERHEAD = 256;

    /** What it counts for in bytes. */
    long size() {
        long own = entry.eventId() == null ? 0 : entry.eventId().length();
        return OVERHEAD + entry.body().length + entry.topic().length() + own;
    }

    boolean isOverdue(long now) {
        return now - deadline > 0;
    }
}
