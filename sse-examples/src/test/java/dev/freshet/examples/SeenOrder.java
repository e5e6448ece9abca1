package dev.freshet.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The order in which events come, as whoever sees an event first says it; whoever sees another one there breaks it. Thread-safe. */
final class SeenOrder {
    private final AtomicReferenceArray<String> events;
    private final AtomicInteger seen = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();

    SeenOrder(int most) {
        this.events = new AtomicReferenceArray<>(most);
    }

    /**
     * Somebody has seen an event.
     *
     * @param place how many that one had seen before
     */
    void saw(int place, String event) {
        String first = events.compareAndExchange(place, null, event);
        if (first == null) {
            seen.accumulateAndGet(place + 1, Math::max);
        } else if (!first.equals(event)) {
            broken.add(event + " at " + place + " (expected: " + first + ")");
        }
    }

    /** Each difference, in words. */
    List<String> broken() {
        return List.copyOf(broken);
    }

    /** All that was seen, in order. */
    List<String> all() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < seen.get(); i++) {
            all.add(events.get(i));
        }
        return all;
    }
}
