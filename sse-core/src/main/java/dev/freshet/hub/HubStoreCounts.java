package dev.freshet.hub;

import dev.freshet.store.StoreStats;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The counters of the traffic between a hub and its store. Thread-safe. */
final class HubStoreCounts {
    private final LongAdder appended = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder appendNanos = new LongAdder();
    private final LongAdder unread = new LongAdder();
    private final LongAdder read = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder outOfPlace = new LongAdder();
    private volatile long newestMillis;

    void appended(long nanos) {
        appended.increment();
        appendNanos.add(nanos);
    }

    void failed() {
        failed.increment();
    }

    /** Counts an acknowledged entry that the tail has not delivered yet. */
    void beginWait() {
        unread.increment();
    }

    void endWait() {
        unread.decrement();
    }

    long unread() {
        return unread.sum();
    }

    /** @param time when the entry was appended */
    void read(long time) {
        read.increment();
        newestMillis = time;
    }

    void lost() {
        losses.increment();
    }

    /** Counts an entry that has no place behind those before it, so that it is not known what is missing. */
    void outOfPlace() {
        refused.increment();
        outOfPlace.increment();
    }

    /** Returns how often entries were lost, or may have been. */
    long gaps() {
        return losses.sum() + outOfPlace.sum();
    }

    void refused() {
        refused.increment();
    }

    /** @param whyNotLoaded the reason why the hub is not loaded; null once it is */
    HubStoreStats stats(int appending, @Nullable String whyNotLoaded, StoreStats store) {
        return new HubStoreStats(
                appended.sum(),
                failed.sum(),
                appending,
                appendNanos.sum(),
                unread.sum(),
                read.sum(),
                newestMillis,
                losses.sum(),
                refused.sum(),
                whyNotLoaded,
                store);
    }
}
