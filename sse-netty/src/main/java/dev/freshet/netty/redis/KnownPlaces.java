package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.List;

/**
 * The places that a store knows: the newest one of its appends, and the newest one of its tails. A stream without one
 * of them is not the one that the store knows. Thread-safe.
 */
final class KnownPlaces {
    // Guarded by this.
    private Place appended = Place.NONE;
    private Place read = Place.NONE;

    synchronized void appended(Place place) {
        if (appended.isBefore(place.id())) {
            appended = place;
        }
    }

    synchronized void read(Place place) {
        if (read.isBefore(place.id())) {
            read = place;
        }
    }

    synchronized boolean isNone() {
        return appended.equals(Place.NONE) && read.equals(Place.NONE);
    }

    /** Adds both to the arguments of a script. */
    synchronized void addTo(List<byte[]> arguments) {
        add(arguments, appended);
        add(arguments, read);
    }

    static void add(List<byte[]> arguments, Place place) {
        arguments.add(bytes(place.id().toString()));
        arguments.add(bytes(place.token()));
    }
}
