package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.List;

/**
 * The recorded positions of a store: the newest one of its appends, and the newest one of its tails. A stream that does
 * not have one of them is another stream. Thread-safe.
 */
final class KnownPositions {
    private final String session = Tokens.next();

    // Guarded by this.
    private EntryPosition appended = EntryPosition.NONE;
    private EntryPosition read = EntryPosition.NONE;
    /** The newest position of an append of this store that a tail delivered before {@code read}. */
    private EntryPosition readOwn = EntryPosition.NONE;

    /** Returns the name of the store's appender, with which the tokens of its batches begin, before a dot. */
    String session() {
        return session;
    }

    synchronized void appended(EntryPosition position) {
        if (appended.isBefore(position.id())) {
            appended = position;
        }
    }

    /**
     * Records what a tail has delivered.
     *
     * @param own the newest position of an append of this store in the history of the position, or none
     */
    synchronized void read(EntryPosition position, EntryPosition own) {
        if (read.isBefore(position.id())) {
            read = position;
            readOwn = own;
        }
    }

    synchronized boolean isNone() {
        return appended.equals(EntryPosition.NONE) && read.equals(EntryPosition.NONE);
    }

    /**
     * Adds both positions to the arguments of a script. If the append was delivered, the stream that has the other
     * position is the one that had the append, too, which may be deleted since.
     */
    synchronized void addTo(List<byte[]> arguments) {
        add(arguments, appended.equals(readOwn) ? EntryPosition.NONE : appended);
        add(arguments, read);
    }

    static void add(List<byte[]> arguments, EntryPosition position) {
        arguments.add(bytes(position.id().toString()));
        arguments.add(bytes(position.token()));
    }
}
