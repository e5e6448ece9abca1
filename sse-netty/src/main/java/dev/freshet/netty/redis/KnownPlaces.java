package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.List;

/** What a store was told: the newest place that it was given by an append, and by a tail. Redis must have both. Thread-safe. */
final class KnownPlaces {
    // Both guarded by this.
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

    /** Adds both, as a script takes them. */
    synchronized void addTo(List<byte[]> arguments) {
        add(arguments, appended);
        add(arguments, read);
    }

    static void add(List<byte[]> arguments, Place place) {
        arguments.add(bytes(place.id().toString()));
        arguments.add(bytes(place.token()));
    }
}
