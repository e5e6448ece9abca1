package dev.freshet.log;

import dev.freshet.event.EventId;
import java.security.SecureRandom;

/**
 * The form of the ids that a hub gives to its events, and the incarnation that they carry.
 *
 * <p>A hub in memory draws an incarnation, 32 random bits, when it is made. The incarnation is the low half of the
 * {@code sequence} of each of its ids; the high half counts the events of the millisecond. Two hubs therefore never
 * give the same id, and an id shows whether a hub has given it. If the count would overflow, the id takes the next
 * millisecond. A store gives ids of the same form. It draws an incarnation when its history begins anew; no earlier
 * position is in the log from then on.
 *
 * <p>Changed under the lock of {@link HubLog} and read by any thread.
 */
final class IdSequence {
    private static final int COUNTER_SHIFT = 32;
    private static final long INCARNATION_BITS = (1L << COUNTER_SHIFT) - 1;
    private static final long LAST_COUNT = Long.MAX_VALUE >>> COUNTER_SHIFT;

    private final boolean ofStore;

    /** The position before the first event of the incarnation. */
    private volatile EventId base;

    private IdSequence(EventId base, boolean ofStore) {
        this.base = base;
        this.ofStore = ofStore;
    }

    /** Returns a new incarnation that begins at a time, in milliseconds since the epoch. */
    static IdSequence drawn(long now) {
        return startingAt(new EventId(Math.max(0, now), new SecureRandom().nextInt() & INCARNATION_BITS));
    }

    /** Returns the incarnation of a position; its first event comes after the position. */
    static IdSequence startingAt(EventId base) {
        return new IdSequence(base, false);
    }

    /** Returns the sequence of a store, whose beginning is set by {@link #begin}. */
    static IdSequence ofStore() {
        return new IdSequence(new EventId(0, 0), true);
    }

    boolean isOfStore() {
        return ofStore;
    }

    EventId base() {
        return base;
    }

    /**
     * Begins the history of a store, or begins it anew.
     *
     * @return the floor, or the next position above {@code latest} in the floor's incarnation if the floor is below
     *     {@code latest}
     */
    EventId begin(EventId floor, EventId latest) {
        base = floor;
        if (floor.compareTo(latest) < 0) {
            EventId next = latest.next(latest.millis());
            base = at(next.millis(), next.sequence() >>> COUNTER_SHIFT);
        }
        return base;
    }

    /** Returns whether a position carries this incarnation. */
    boolean isOwn(EventId position) {
        return incarnation(position) == incarnation(base);
    }

    /**
     * Returns the newest position of this incarnation that is not after a position of any incarnation: the same events
     * follow both.
     */
    EventId atOrBefore(EventId position) {
        if (isOwn(position)) {
            return position;
        }
        long count = position.sequence() >>> COUNTER_SHIFT;
        if (incarnation(base) < incarnation(position)) {
            return at(position.millis(), count);
        }
        if (count > 0) {
            return at(position.millis(), count - 1);
        }
        return position.millis() > 0 ? at(position.millis() - 1, LAST_COUNT) : new EventId(0, 0);
    }

    static EventId later(EventId a, EventId b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    static EventId earlier(EventId a, EventId b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private EventId at(long millis, long count) {
        return new EventId(millis, count << COUNTER_SHIFT | incarnation(base));
    }

    private static long incarnation(EventId position) {
        return position.sequence() & INCARNATION_BITS;
    }
}
