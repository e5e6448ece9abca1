package dev.freshet.examples.soak;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What the clients and publishers of a soak have seen. Thread-safe. */
final class SoakCounts {
    private static final int MOST_FAULTS = 20;

    final LongAdder opened = new LongAdder();
    final LongAdder cuts = new LongAdder();
    /** Streams that lagged, and that the server has cut off for it. */
    final LongAdder laggedOut = new LongAdder();

    final LongAdder published = new LongAdder();
    final LongAdder delivered = new LongAdder();
    /** Of clients that come back after their last event id. */
    final LongAdder resets = new LongAdder();
    /** Requests with an id that no server gave, answered with a reset. */
    final LongAdder unknownIds = new LongAdder();

    final LongAdder answers = new LongAdder();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    /** Adds what should not have been, in words. */
    void fault(String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(what);
        }
    }

    List<String> faults() {
        return List.copyOf(faults);
    }
}
