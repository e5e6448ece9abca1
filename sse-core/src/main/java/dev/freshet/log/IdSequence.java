package dev.freshet.log;

import dev.freshet.event.EventId;
import java.security.SecureRandom;

/**
 * The ids that a hub gives to its events, and the incarnations that they carry.
 *
 * <p>A hub in memory draws an incarnation, 32 random bits, when it is made. They are the low half of the {@code sequence} of
 * each of its ids; the high half counts inside the millisecond. Ids of two hubs so never are the same, and an id tells whether
 * a hub gave it. Where the count would overflow, the id takes the next millisecond. A store gives ids of the same form, and draws
 * the incarnations.
 *
 * <p>Changed under the lock of {@link HubLog} by what a store tells, and read by any thread.
 */
final class IdSequence {
    private static final long LAST_COUNT = Long.MAX_VALUE >>> Incarnations.BITS;

    private final boolean ofStore;
    private final Incarnations incarnations;

    /** The position before the first event. */
    private volatile EventId base;

    private IdSequence(EventId base, boolean ofStore) {
        this.base = base;
        this.ofStore = ofStore;
        this.incarnations = new Incarnations(base);
    }

    /** A new incarnation that begins at a time, in milliseconds since the epoch. */
    static IdSequence drawn(long now) {
        long incarnation = new SecureRandom().nextInt() & (1L << Incarnations.BITS) - 1;
        return startingAt(new EventId(Math.max(0, now), incarnation));
    }

    /** The incarnation of a position, whose first event comes after it. */
    static IdSequence startingAt(EventId base) {
        return new IdSequence(base, false);
    }

    /** What a store gives; it tells where that begins. */
    static IdSequence ofStore() {
        return new IdSequence(new EventId(0, 0), true);
    }

    boolean isOfStore() {
        return ofStore;
    }

    EventId base() {
        return base;
    }

    /** A store's history begins here, or begins anew. */
    void begin(EventId floor) {
        base = floor;
        incarnations.begin(floor);
    }

    /** A store has given this. */
    void given(EventId id) {
        incarnations.reached(id);
    }

    /** The id after the last one, at a time. */
    EventId next(EventId last, long now) {
        if (now > last.millis()) {
            return at(now, 0, Incarnations.of(base));
        }
        long count = last.sequence() >>> Incarnations.BITS;
        return count < LAST_COUNT
                ? at(last.millis(), count + 1, Incarnations.of(base))
                : at(last.millis() + 1, 0, Incarnations.of(base));
    }

    /** Whether the position carries the incarnation that was in force there. */
    boolean isOwn(EventId position) {
        return incarnations.contains(position);
    }

    /** The newest position of the log's own that is not after a position of any: the same events come after both. */
    EventId atOrBefore(EventId position) {
        if (isOwn(position)) {
            return position;
        }
        long count = position.sequence() >>> Incarnations.BITS;
        long incarnation = incarnations.inForceAt(position);
        if (incarnation < Incarnations.of(position)) {
            return at(position.millis(), count, incarnation);
        }
        if (count > 0) {
            return at(position.millis(), count - 1, incarnation);
        }
        return position.millis() > 0 ? at(position.millis() - 1, LAST_COUNT, incarnation) : new EventId(0, 0);
    }

    private static EventId at(long millis, long count, long incarnation) {
        return new EventId(millis, count << Incarnations.BITS | incarnation);
    }
}
