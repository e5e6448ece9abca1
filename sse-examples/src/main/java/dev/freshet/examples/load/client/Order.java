package dev.freshet.examples.load.client;

import java.util.Arrays;

/**
 * The order in which the events of a run are received by all streams. The events of one publisher are received as they
 * were sent; those of several publishers in any order, but in the same one by all streams. The rank of an event is
 * given when the first of all streams receives it. If two streams receive two events in different orders, at least one
 * of them receives descending ranks. If a stream has lost an event, a stream that received it may receive it at another
 * rank. An order keeps a rank for each event, and for each stream the highest one. Confined to the event loop that
 * reads all streams.
 */
public final class Order {

    private final int publishers;
    private final int[] ranks; // by sequence, from 1
    private int seen;

    /**
     * Creates an order in which no event has been received.
     *
     * @param publishers how many send the events, in rotation
     * @param total how many events
     */
    public Order(int publishers, int total) {
        this.publishers = publishers;
        this.ranks = new int[publishers == 1 ? 0 : total]; // with one publisher, the order of sending is that of all
    }

    /** Returns the rank of an event; the next free one if no stream has received it yet. */
    private int rank(int sequence) {
        if (ranks[sequence] == 0) {
            ranks[sequence] = ++seen;
        }
        return ranks[sequence];
    }

    /** The position of one stream in the order. */
    final class Reading {

        private final int[] latest = new int[publishers];
        private int furthest;

        Reading() {
            Arrays.fill(latest, -1);
        }

        /** Checks the next event, which the stream has not received before. */
        void next(int sequence, Counts counts) {
            int publisher = publishers == 1 ? 0 : sequence % publishers;
            if (sequence < latest[publisher]) {
                counts.reordered();
            } else {
                latest[publisher] = sequence;
            }
            if (publishers > 1) {
                int rank = rank(sequence);
                if (rank < furthest) {
                    counts.disordered();
                } else {
                    furthest = rank;
                }
            }
        }
    }
}
