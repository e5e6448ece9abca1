package dev.freshet.examples.load.client;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/** What came to some of the streams of a fleet, counted. Confined to the event loop of the fleet. */
final class Counts {

    private final Map<Integer, Long> doubled = new HashMap<>(); // by sequence; there are none if all is well
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

    /** How many events have come, each counted once for each stream. */
    long allReceived() {
        return received;
    }

    /** How many came once more of those that were sent once. */
    long doubled(BitSet resent) {
        return doubledWhere(sequence -> !resent.get(sequence));
    }

    /** How many came once more of those that were sent more than once. */
    long doubledOf(BitSet resent) {
        return doubledWhere(resent::get);
    }

    private long doubledWhere(IntPredicate sequences) {
        return doubled.entrySet().stream()
                .filter(entry -> sequences.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** How many came after a later one of the same publisher. */
    long allReordered() {
        return reordered;
    }

    /** How many came after one that came later to another stream. */
    long allDisordered() {
        return disordered;
    }

    long allForeign() {
        return foreign;
    }
}
