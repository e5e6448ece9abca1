package dev.freshet.examples.load.client;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/** The counts of events of some of the streams of a fleet. Confined to the event loop of the fleet. */
final class Counts {

    private final Map<Integer, Long> doubled = new HashMap<>(); // by sequence; empty if nothing is wrong
    private long received;
    private long reordered;
    private long disordered;
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

    void disordered() {
        disordered++;
    }

    void foreign() {
        foreign++;
    }

    /** Returns the number of events received, each counted once for each stream. */
    long allReceived() {
        return received;
    }

    /** Returns how often an event was received again that was sent once. */
    long doubled(BitSet resent) {
        return doubledWhere(sequence -> !resent.get(sequence));
    }

    /** Returns how often an event was received again that was sent more than once. */
    long doubledOf(BitSet resent) {
        return doubledWhere(resent::get);
    }

    private long doubledWhere(IntPredicate sequences) {
        return doubled.entrySet().stream()
                .filter(entry -> sequences.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns the number of events received after a later one of the same publisher. */
    long allReordered() {
        return reordered;
    }

    /** Returns the number of events received after one that another stream received later. */
    long allDisordered() {
        return disordered;
    }

    long allForeign() {
        return foreign;
    }
}
