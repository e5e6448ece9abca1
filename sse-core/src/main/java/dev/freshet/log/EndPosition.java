package dev.freshet.log;

import dev.freshet.event.EventId;

/**
 * A place in a hub's order at which readers end. All readers are given the place first ({@link Cursor#endAt}); the
 * place is fixed afterwards, so that no reader reads beyond it.
 *
 * <p><b>Ordering.</b> A reader loads the count or the published mark first, and its end after that. The thread that
 * ends the reader stores the place in its cursor first, and then fixes the place under the lock that publishing takes.
 * If a reader has seen an event that was published after the place was fixed, then its load of the end came after the
 * fixing, and so after the store of the place: it sees the place. A reader that finds no end has therefore seen no such
 * event. A reader that finds the place before it is fixed reads nothing that is newer than {@link #upTo} until it is.
 * {@code EndPositionStress}, {@code EndPositionMergedStress} and {@code EndPositionLockStress} test this with jcstress.
 *
 * <p>Thread-safe.
 */
public final class EndPosition {
    /** The place, or what may be read before it is fixed. Written before {@link #fixed} and read after it. */
    private volatile EventId upTo = new EventId(0, 0);

    private volatile boolean fixed;

    static EndPosition at(EventId position) {
        EndPosition end = new EndPosition();
        end.fix(position);
        return end;
    }

    /** Whether the place is fixed; a later {@link #upTo} then returns the place itself. */
    boolean isFixed() {
        return fixed;
    }

    /** Returns the place; before it is fixed, a position up to which may be read in any case. */
    EventId upTo() {
        return upTo;
    }

    /** Lets readers read up to a position until the place is fixed, which will be no earlier. */
    synchronized void hold(EventId position) {
        if (!fixed) {
            upTo = position;
        }
    }

    /** Fixes the place. Only the first call has an effect. */
    synchronized void fix(EventId position) {
        if (!fixed) {
            upTo = position;
            fixed = true;
        }
    }

    /**
     * Fixes the place at a position that may be still to come, or at the position up to which readers may read already
     * if that is later. Only the first call has an effect.
     *
     * @return the place
     */
    public synchronized EventId fixAfter(EventId position) {
        fix(IdSequence.later(position, upTo));
        return upTo;
    }
}
