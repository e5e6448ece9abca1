package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A store that orders and keeps a hub's entries outside of this process. With it several processes publish in one order
 * and give the same ids, or a process continues after a restart where it was.
 *
 * <p>A hub with a store appends what is published to the store, and appends to its own logs only what the tail of the
 * store delivers.
 *
 * <p><b>Ids.</b> The low 32 bits of an id's {@code sequence} are the incarnation; the other bits give the order. The
 * store draws an incarnation at random when a history begins: for a new store, and when it cannot determine whether it
 * still has every entry that it acknowledged. The id of each entry is greater than that of the entry before it, always.
 * A client's position is in the log only if it carries the incarnation that was in force there.
 *
 * <p>Implementations must be thread-safe. The hub makes no assumption about the thread that completes a stage or calls
 * a sink. The hub does not close its store.
 */
public interface EventStore {
    /**
     * Appends an entry at the end of the store's order. The call blocks no longer than the options of the store allow,
     * and by default not at all. It never blocks a thread that the store recognises as one that must not block; the
     * store does not recognise the event loops of every framework.
     *
     * @param entry the entry to keep
     * @param key the key of this append, unique among all hubs; another call with the same key is a retry, which an
     *     {@linkplain #isIdempotent idempotent} store recognizes
     * @return the id of the entry, above that of every entry before it; a hub delivers no entry whose id is not, though
     *     its append completed. The stage fails if the entry was not kept, or if it is not known whether it was. This
     *     call has certainly kept nothing and will not, but an earlier call with the same key may have, where the
     *     failure is an {@link IllegalArgumentException}, a {@link java.util.concurrent.RejectedExecutionException}, or
     *     an {@link EventStoreException} that says so
     */
    CompletionStage<EventId> append(StoredEntry entry, String key);

    /**
     * Returns whether an entry is kept once if its append is repeated with the same key through the same store object;
     * the repetition then completes with the id of that entry, or fails. A repetition through another object, such as
     * after a restart or on another node, may be kept as another entry. An implementation may bound the number of keys
     * that it remembers, or the time for which it does, and states the bound; a repetition beyond it may be kept
     * again, too.
     *
     * <p>If this returns false, every call is an append of its own, whatever its key, and the store does not repeat an
     * append by itself if its outcome is not known.
     */
    boolean isIdempotent();

    /**
     * Begins a tail. It delivers to the sink the position at which the history begins, then every entry that the store
     * keeps, in order and once each, and then every entry that is appended, until it is closed. Implementations
     * reconnect by themselves, and continue after the last entry that was delivered.
     *
     * @return a stage that completes once the entries that were kept at the time of the call are delivered. It fails if
     *     they cannot be read; the tail then delivers nothing more, and the hub may begin another one, also with the
     *     same sink
     */
    CompletionStage<Tail> tail(Sink sink);

    /**
     * Returns whether other hubs append to this store. If not, the hub treats a position that it has not seen as
     * unknown at once, and does not wait for it.
     */
    boolean isShared();

    /** Returns figures of the store, for metrics and health, also after it is closed. The call does not block. */
    default StoreStats stats() {
        return StoreStats.unknown();
    }

    /** A running tail. */
    interface Tail extends AutoCloseable {
        /** Closes the tail, which delivers nothing after the return. Idempotent. */
        @Override
        void close();
    }

    /**
     * The receiver of the entries of a tail. It is called by one thread at a time, each call after the one before has
     * returned.
     */
    interface Sink {
        /**
         * Called first, and once, with the position at which the history begins.
         *
         * @param floor the position after which the history comes: clients can resume at it, and not at an earlier one.
         *     It carries the incarnation in force
         */
        void begins(EventId floor);

        /**
         * Called for each topic that ended before the history, and was neither started anew nor removed before the
         * history begins; after {@link #begins} and before the first entry. A store that does not keep ends does not
         * call this.
         *
         * @param start the id of the topic's start, or null
         * @param last the id of its last event, at most the floor
         * @param time when the last event was appended, in milliseconds since the epoch
         */
        default void ended(String topic, @Nullable EventId start, EventId last, long time) {}

        /**
         * Called for each topic that was started before the history, and neither ended nor was removed before the
         * history begins; after {@link #begins} and before the first entry. A store that does not keep starts does not
         * call this; the topic is then known by the next entry that carries its start.
         *
         * @param start the id of the topic's start, at most the floor
         */
        default void startedBefore(String topic, EventId start) {}

        /**
         * Called for each entry, in order.
         *
         * @param id the id, greater than every id before it
         * @param time when the entry was appended, in milliseconds since the epoch, for ages; it may differ from that
         *     of the id
         */
        void entry(EventId id, long time, StoredEntry entry);

        /**
         * Called when entries are lost that were appended after the last one delivered, or when the store no longer
         * keeps what was delivered.
         *
         * @param floor the position after which the next entries come: above every id that was delivered, with the
         *     incarnation that is in force from here. If the incarnation differs from that of the delivered entries,
         *     all nodes receive the same floor between the same entries, also nodes that begin later, as long as the
         *     store keeps those entries. Once they are trimmed, a tail that begins receives the incarnation by {@link
         *     #begins}. A tail that was disconnected until then receives a floor of its own above the others', because
         *     it has missed the entries in between, too. If the incarnation is the same, the loss is of this tail
         *     alone: it was disconnected until the store had trimmed entries that it had not read
         */
        void lost(EventId floor);

        /**
         * Returns whether the hub no longer needs the tail, because the hub was closed, or because its start took too
         * long. The hub drops what the tail delivers from then on. Before a tail has begun, a store calls this method
         * between entries; if it returns true, the store fails the tail and delivers nothing more. The hub closes a
         * tail that has begun.
         *
         * @return true if the tail is not needed any more; false unless a sink overrides it
         */
        default boolean isOver() {
            return false;
        }
    }
}
