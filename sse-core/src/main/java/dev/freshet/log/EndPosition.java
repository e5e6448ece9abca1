package dev.freshet.log;

import dev.freshet.event.EventId;

/**
 * A position in a hub's order at which readers end. It is given to all readers first ({@link Cursor#endAt}) and fixed
 * afterwards, so that no reader reads beyond it.
 *
 * <p><b>Ordering.</b> A reader loads the count or the published mark first, and its end after that. The thread that
 * ends the reader stores the end in its cursor first, and then fixes the position under the lock that publishing takes.
 * If a reader has read an event that was published after the position was fixed, then its load of the end came after
 * the fixing, and so after the store of the end: the load returns the end. A reader that finds no end has therefore
 * read no such event. A reader that finds an end that is not fixed reads nothing that is newer than {@link #upTo} until
 * it is. {@code EndPositionStress}, {@code EndPositionMergedStress} and {@code EndPositionLockStress} test this with
 * jcstress.
 *
 * <p>Thread-safe.
 */
public final class EndPosition {
    /**
     * The position, or that up to which may be read before it is fixed. Written before {@link #fixed} and read after
     * it.
     */
    private volatile EventId upTo = new EventId(0, 0);

    private volatile boolean fixed;

    static EndPosition at(EventId position) {
        EndPosition end = new EndPosition();
        end.fix(position);
        return end;
    }

    /** Returns whether the position is fixed; a later {@link #upTo} then returns the position itself. */
    boolean isFixed() {
        return fixed;
    }

    /** Returns the position; before it is fixed, one up to which may be read in any case. */
    EventId upTo() {
        return upTo;
    }

    /** Lets readers read up to a position until the end is fixed, which will be no earlier. */
    synchronized void hold(EventId position) {
        if (!fixed) {
            upTo = position;
        }
    }

    /** Fixes the position. Only the first call has an effect. */
    synchronized void fix(EventId position) {
        if (!fixed) {
            upTo = position;
            fixed = true;
        }
    }

    /**
     * Fixes the end at a position, which may be newer than the newest event, or at the position up to which readers may
     * read already if that is later. Only the first call has an effect.
     *
     * @return the position of the end
     */
    public synchronized EventId fixAfter(EventId position) {
        fix(IdSequence.later(position, upTo));
        return upTo;
    }
}
