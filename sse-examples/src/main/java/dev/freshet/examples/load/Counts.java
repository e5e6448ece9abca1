package dev.freshet.examples.load;

import java.util.HashMap;
import java.util.Map;

/** What came to some of the streams of a fleet, counted. Confined to the event loop of the fleet. */
final class Counts {

    private final Map<Integer, Long> doubled = new HashMap<>(); // by sequence; there are none if all is well
    private long received;
    private long reordered;
    private long foreign;

    void received() {
        received++;
    }

    void doubled(int sequence) {
        doubled.merge(sequence, 1L, Long::sum);
    }

    void reordered() {
        reordered++;
    }

    void foreign() {
        foreign++;
    }

    /** How many events have come, each counted once for each stream. */
    long allReceived() {
        return received;
    }

    long allDoubled() {
        return doubled.values().stream().mapToLong(Long::longValue).sum();
    }

    long allReordered() {
        return reordered;
    }

    long allForeign() {
        return foreign;
    }
}
