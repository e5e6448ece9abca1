package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.List;

/**
 * The recorded positions of a store: the newest one of its appends, and the newest one of its tails. A stream that does
 * not have one of them is another stream. Thread-safe.
 */
final class KnownPositions {
    // Guarded by this.
    private EntryPosition appended = EntryPosition.NONE;
    private EntryPosition read = EntryPosition.NONE;

    synchronized void appended(EntryPosition position) {
        if (appended.isBefore(position.id())) {
            appended = position;
        }
    }

    synchronized void read(EntryPosition position) {
        if (read.isBefore(position.id())) {
            read = position;
        }
    }

    synchronized boolean isNone() {
        return appended.equals(EntryPosition.NONE) && read.equals(EntryPosition.NONE);
    }

    /** Adds both positions to the arguments of a script. */
    synchronized void addTo(List<byte[]> arguments) {
        add(arguments, appended);
        add(arguments, read);
    }

    static void add(List<byte[]> arguments, EntryPosition position) {
        arguments.add(bytes(position.id().toString()));
        arguments.add(bytes(position.token()));
    }
}
