package dev.freshet.log;

import dev.freshet.event.EventId;

/**
 * A place in a hub's order at which readers end. It is given to all of them first ({@link Cursor#endAt}) and fixed then, so
 * that none of them reads beyond it.
 *
 * <p><b>Ordering.</b> A reader looks at how much is published and then at whether it has an end; who ends it gives it the
 * place and then fixes that under the lock that publishing takes. A reader that saw no end has therefore seen nothing that
 * was published after the place was fixed: else its look at the end had come after the lock, and so after the place was
 * given to it. One that saw the place before it was fixed reads nothing until it is.
 *
 * <p>Thread-safe.
 */
public final class EndPlace {
    /** What may be read: written before the other field, and read after it. */
    private volatile EventId upTo = new EventId(0, 0);

    private volatile boolean fixed;

    static EndPlace at(EventId position) {
        EndPlace place = new EndPlace();
        place.fix(position);
        return place;
    }

    /** Whether it is known by now: what {@link #upTo} tells after this is the place itself. */
    boolean isFixed() {
        return fixed;
    }

    /** The place, or before it is fixed what may be read in any case. */
    EventId upTo() {
        return upTo;
    }

    /** Not fixed yet, but no earlier than this. */
    synchronized void hold(EventId position) {
        if (!fixed) {
            upTo = position;
        }
    }

    /** Once: the first call counts. */
    synchronized void fix(EventId position) {
        if (!fixed) {
            upTo = position;
            fixed = true;
        }
    }

    /**
     * Fixes it at a position that is still to come, or where readers may go already.
     *
     * @return the place
     */
    public synchronized EventId fixAfter(EventId position) {
        fix(IdSequence.later(position, upTo));
        return upTo;
    }
}
