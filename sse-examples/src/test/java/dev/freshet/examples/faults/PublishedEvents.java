package dev.freshet.examples.faults;

import java.util.BitSet;

/** The numbers of the events of one topic that were published. Thread-safe. */
final class PublishedEvents {
    // Guarded by this.
    private final BitSet acknowledged = new BitSet();
    private int attempted;
    private long bytes;

    /** Returns the next number, which is then an attempt. */
    synchronized int next() {
        return attempted++;
    }

    synchronized void acknowledge(int number, int size) {
        acknowledged.set(number);
        bytes += size;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Returns the numbers whose publisher was told that they are published. */
    synchronized BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }

    synchronized int count() {
        return acknowledged.cardinality();
    }

    /** Returns how many were attempted and are not acknowledged; one more may be on its way. */
    synchronized int refused() {
        return attempted - acknowledged.cardinality();
    }
}
