package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Orders and keeps a hub's entries outside this process, so that several processes publish in one order and give the same ids,
 * or so that a process goes on after a restart where it was.
 *
 * <p>A hub with a store puts what is published into the store, and appends to its own logs only what the store's tail brings.
 *
 * <p><b>Ids.</b> The low 32 bits of an id's {@code sequence} are the incarnation; all else orders. The store draws an incarnation at
 * random where a history begins: for a new store, and where it cannot tell whether what it has is all that it acknowledged. Each
 * entry's id is greater than the one before it, always. A client's position is a place in the log only where its incarnation is
 * the one that was in force there.
 *
 * <p>Implementations must be thread-safe; the hub does not assume which thread completes a stage or calls a sink. The hub does not
 * close its store.
 */
public interface EventStore {
    /**
     * Puts an entry at the end of the store's order. Blocks for no longer than a store's options say, and by default not at all.
     * It never blocks on threads that the store knows must not; the event loops of a framework that it does not know are none of them.
     *
     * @param entry what to keep
     * @param key names this publishing among all of all hubs; another call with it is a retry
     * @return the id that it was given; fails where the entry was not kept, or it is not known whether it was
     */
    CompletionStage<EventId> append(StoredEntry entry, String key);

    /**
     * Whether an entry is kept once when its append is tried again with the same key. Where it is not, a store does not try
     * again by itself where it does not know what became of the first time.
     */
    boolean isIdempotent();

    /**
     * Delivers to the sink where the history begins, then every entry that the store keeps, in order and each once, then what
     * is appended, until closed. Implementations reconnect by themselves, and go on after the last entry delivered.
     *
     * @return completes once what was kept at the time of the call is delivered; fails where it cannot be read, and delivers nothing
     *     more then. The hub may begin another, also with the same sink
     */
    CompletionStage<Tail> tail(Sink sink);

    /**
     * Whether other hubs append to what this store keeps. Where none does, a position that this hub has not seen is none, and
     * nobody waits for it.
     */
    boolean isShared();

    /** How it does, for metrics and health. Does not block; also once it is closed. */
    default StoreStats stats() {
        return StoreStats.unknown();
    }

    /** A tail that runs. */
    interface Tail extends AutoCloseable {
        /** Ends it: nothing is delivered after the return. Idempotent. */
        @Override
        void close();
    }

    /** Where a tail delivers to; one call at a time, each after the one before. */
    interface Sink {
        /**
         * The first call, and no later one.
         *
         * @param floor the position that the history comes after: nothing up to it can be resumed from but itself. It
         *     carries the incarnation in force
         */
        void begins(EventId floor);

        /**
         * Behind {@link #begins} and before the first entry: a topic whose last event is before the history, up to whose beginning it
         * neither began anew nor was removed. Who does not keep ends knows no such topic.
         *
         * @param start the id of the topic's start, or null
         * @param last the id of its last event, at most the floor
         * @param time when that was appended, in milliseconds since the epoch
         */
        default void ended(String topic, @Nullable EventId start, EventId last, long time) {}

        /**
         * Likewise: a topic whose start is before the history, up to whose beginning it neither ended nor was removed. Who keeps no
         * such starts tells of none: then it is known by the next entry that bears its start.
         *
         * @param start the id of the topic's start, at most the floor
         */
        default void startedBefore(String topic, EventId start) {}

        /**
         * The next entry.
         *
         * @param id greater than each before it
         * @param time when it was appended, in milliseconds since the epoch, for ages; it need not be that of the id
         */
        void entry(EventId id, long time, StoredEntry entry);

        /**
         * Entries are known to be gone that were appended after the last one delivered, or what was delivered is not what the
         * store keeps any more.
         *
         * @param floor the position that what follows comes after: above each id that was delivered, with the incarnation that is in
         *     force from here. Where it is of another incarnation than what was delivered, all nodes hear of the same floor, at the
         *     same place among the entries, those too that begin later, for as long as the store keeps that place; once that is
         *     trimmed, who begins hears of the incarnation by {@link #begins}, and a tail that was away until then of a floor of its
         *     own above the others', for it has missed the entries between them, too. Where it is of the same, the loss is this tail's
         *     own, for it was away until the store had trimmed what it had not read, and no other hears of it
         */
        void lost(EventId floor);

        /**
         * Whether the hub does not need the tail any more, because it was closed, or its start took too long. The hub drops what the
         * tail delivers from then on. Before a tail has begun, a store asks this between entries, fails the tail where it is true, and
         * delivers nothing more. A tail that has begun is closed by the hub.
         *
         * @return true if the tail is not needed any more; false unless a sink overrides it
         */
        default boolean isOver() {
            return false;
        }
    }
}
