package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.Arrays;

/**
 * Which incarnation was in force where in a log. A hub in memory has one; a log on a store has another from each place on where
 * its history became uncertain.
 *
 * <p>Positions are added under the lock of {@link HubLog}, and may be read by any thread.
 */
final class Incarnations {
    static final int BITS = 32;

    /** Of those that were in force before the oldest that is remembered no position is known any more. */
    private static final int MOST = 1024;

    private static final long MASK = (1L << BITS) - 1;

    /** From where on each is in force, oldest first; at least one. Copied when written. */
    private volatile EventId[] starts;

    Incarnations(EventId start) {
        this.starts = new EventId[] {start};
    }

    static long of(EventId position) {
        return position.sequence() & MASK;
    }

    /** The only one from now on. */
    void begin(EventId start) {
        starts = new EventId[] {start};
    }

    /** The newest position that there is, which may be the first of another. */
    void reached(EventId position) {
        EventId[] known = starts;
        if (of(known[known.length - 1]) == of(position)) {
            return;
        }
        int from = known.length == MOST ? 1 : 0;
        EventId[] more = Arrays.copyOfRange(known, from, known.length + 1);
        more[more.length - 1] = position;
        starts = more;
    }

    /** That of the place; before the oldest that is remembered, the oldest. */
    long inForceAt(EventId place) {
        EventId[] known = starts;
        int i = known.length - 1;
        while (i > 0 && known[i].compareTo(place) > 0) {
            i--;
        }
        return of(known[i]);
    }

    /** Whether a position is one of the log's. */
    boolean contains(EventId position) {
        return of(position) == inForceAt(position);
    }
}
