package dev.freshet.examples.load.client;

import java.util.Arrays;

/**
 * The one order in which the events of a run come to all streams: the events of each publisher as they were sent, and
 * those of several publishers in whatever order, but in the same one for all. An event's place in it is when the first
 * of all streams got it; two streams that got two events in different orders cannot both find the places of these
 * ascending. Where a stream has lost an event, one that got it may find it in another place. It remembers a place for each event, and for each stream the furthest one. Confined to the event loop that
 * reads all streams.
 */
public final class Order {

    private final int publishers;
    private final int[] places; // by sequence, from 1
    private int seen;

    /**
     * An order in which nothing has come.
     *
     * @param publishers how many send the events, by turns
     * @param total how many events
     */
    public Order(int publishers, int total) {
        this.publishers = publishers;
        this.places = new int[publishers == 1 ? 0 : total]; // with one, the order as sent is the same for all
    }

    /** The place of an event; the next free one where no stream has got it yet. */
    private int place(int sequence) {
        if (places[sequence] == 0) {
            places[sequence] = ++seen;
        }
        return places[sequence];
    }

    /** How far one stream is. */
    final class Reading {

        private final int[] latest = new int[publishers];
        private int furthest;

        Reading() {
            Arrays.fill(latest, -1);
        }

        /** The next event, which has not come before. */
        void next(int sequence, Counts counts) {
            int publisher = publishers == 1 ? 0 : sequence % publishers;
            if (sequence < latest[publisher]) {
                counts.reordered();
            } else {
                latest[publisher] = sequence;
            }
            if (publishers > 1) {
                int place = place(sequence);
                if (place < furthest) {
                    counts.disordered();
                } else {
                    furthest = place;
                }
            }
        }
    }
}
