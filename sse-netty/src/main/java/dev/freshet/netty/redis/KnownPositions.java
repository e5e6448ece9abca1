package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.List;

/**
 * The places that a store knows: the newest one of its appends, and the newest one of its tails. A stream without one
 * of them is not the one that the store knows. Thread-safe.
 */
final class KnownPositions {
    // Guarded by this.
    private EntryPosition appended = EntryPosition.NONE;
    private EntryPosition read = EntryPosition.NONE;

    synchronized void appended(EntryPosition place) {
        if (appended.isBefore(place.id())) {
            appended = place;
        }
    }

    synchronized void read(EntryPosition place) {
        if (read.isBefore(place.id())) {
            read = place;
        }
    }

    synchronized boolean isNone() {
        return appended.equals(EntryPosition.NONE) && read.equals(EntryPosition.NONE);
    }

    /** Adds both to the arguments of a script. */
    synchronized void addTo(List<byte[]> arguments) {
        add(arguments, appended);
        add(arguments, read);
    }

    static void add(List<byte[]> arguments, EntryPosition place) {
        arguments.add(bytes(place.id().toString()));
        arguments.add(bytes(place.token()));
    }
}
