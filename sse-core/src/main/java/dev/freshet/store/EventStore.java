package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Orders and keeps a hub's events outside this process, so that several processes publish in one order and give the same
 * ids.
 *
 * <p>A hub with a store publishes to the store and appends to its own logs only what the tail brings. Implementations
 * must be thread-safe; the hub must not assume which thread completes a stage or calls a sink.
 */
public interface EventStore {
    /**
     * Puts an entry at the end of the store's order.
     *
     * @return the id that it was given, above all before it; fails where the entry was not kept
     */
    CompletionStage<EventId> append(StoredEntry entry);

    /**
     * Delivers to the sink every entry after a position, in order and each once: what the store keeps first, then what
     * is appended, until closed. Implementations reconnect by themselves and go on after the last id delivered.
     *
     * @param after the position, or null for everything that the store keeps
     * @return completes once what was kept at the time of the call is delivered
     */
    CompletionStage<Tail> tail(@Nullable EventId after, Sink sink);

    /** A tail that runs. */
    interface Tail extends AutoCloseable {
        /** Ends it: nothing is delivered after the return. Idempotent. */
        @Override
        void close();
    }

    /** Where a tail delivers to; one call at a time. */
    interface Sink {
        /** The next entry. */
        void entry(EventId id, StoredEntry entry);

        /** The store no longer has what came after the last event delivered: it goes on after this position. */
        void trimmed(EventId floor);
    }
}
