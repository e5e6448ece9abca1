package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One reader's place in the logs that it follows.
 *
 * <p>A new, a resumed and a slow reader are the same thing with the cursor in a different place. Reading takes no lock.
 * Confined: one thread at a time may use a cursor; any number of cursors may read the same logs at once.
 */
public abstract sealed class Cursor permits TopicCursor, MergedCursor {
    /** The hub of a cursor. */
    interface Owner {
        /** The published mark of the hub. */
        EventId latest();

        boolean isClosed();

        /** See {@link Cursor#skip}. */
        Reset skip(Cursor cursor, EventId last);

        /** See {@link Cursor#close}. */
        void close(Cursor cursor);
    }

    private final Owner owner;
    /** Guarded by the lock of the owner. */
    private boolean closed;

    private static final AtomicReferenceFieldUpdater<Cursor, @Nullable EndPlace> END =
            AtomicReferenceFieldUpdater.newUpdater(Cursor.class, EndPlace.class, "end");

    /** The reader's own end, or null where it has none; looked at behind what is published. */
    private volatile @Nullable EndPlace end;

    long lastMillis;
    long lastSequence;

    Cursor(Owner owner, EventId position) {
        this.owner = owner;
        this.lastMillis = position.millis();
        this.lastSequence = position.sequence();
    }

    /**
     * Reads on.
     *
     * @param maxBytes how much to read at most; one event is read even if it alone is larger
     * @param like a batch that another cursor just read, given back where this one stands at the same place, or null
     * @return a run of whole events in order, or one of the constants of {@link Batch}
     */
    public abstract Batch next(int maxBytes, @Nullable Batch like);

    /**
     * Goes on after {@link Batch#LAGGED_OUT}: to the oldest retained event that was not read, in each log. Returns what
     * a reader is to be told.
     */
    public Reset skip() {
        return owner.skip(this, position());
    }

    /** The id of the last event read, or where the cursor started. */
    public EventId position() {
        return new EventId(lastMillis, lastSequence);
    }

    /**
     * Ends the reading at a place in the hub's order: what was published up to it is read, and nothing after it. The place
     * is fixed after this; until then nothing more is read. Any thread may call; the first call counts.
     *
     * @return whether it counts
     */
    public boolean endAt(EndPlace place) {
        return END.compareAndSet(this, null, place);
    }

    /** Whether {@link #next} would give this batch back, but for an end of its own. */
    public abstract boolean isNext(Batch like);

    /** Whether the other, of the same thread, stands at the same place in the same logs: they read the same batches. */
    public abstract boolean standsWith(Cursor other);

    /** The logs that it follows. */
    public abstract List<TopicLog> logs();

    /** Stops following: the topics may be forgotten. Idempotent; the cursor must not be read any more. */
    public void close() {
        owner.close(this);
    }

    /** Under the lock of the owner: whether it was open. */
    final boolean closeOnce() {
        boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    final Owner owner() {
        return owner;
    }

    /** Whether {@link #next} would say {@link Batch#LAGGED_OUT}. */
    public abstract boolean isLaggedOut();

    /** Under the lock of the owner: stand before everything retained that comes after the position. */
    abstract void moveTo(EventId position);

    /**
     * What to say where there is nothing to read. Asked before the logs are looked at for the last time: whatever has ended
     * by then has its last event in them.
     */
    final Batch nothing() {
        EndPlace place = end;
        boolean isReached = place != null && place.isFixed() && owner.latest().compareTo(place.upTo()) >= 0;
        if (isReached || haveLogsEnded()) {
            return Batch.ENDED;
        }
        return owner.isClosed() ? Batch.CLOSED : Batch.CAUGHT_UP;
    }

    /** Whether nothing more is published that it has not got to read. */
    public boolean isEnding() {
        return haveLogsEnded() || owner.isClosed();
    }

    /** Whether all the topics have ended, or one of several was removed; their last events may still have to be read. */
    public abstract boolean haveLogsEnded();

    /** The end, or null where there is none; to be looked at behind the count and the mark. */
    final @Nullable EndPlace end() {
        return end;
    }

    /**
     * Whether its own end is fixed and all before it was read: from then on it may be evicted from the log, and has missed
     * nothing.
     */
    public boolean hasReachedEnd() {
        EndPlace place = end;
        return place != null && place.isFixed() && (position().compareTo(place.upTo()) >= 0 || hasRead(place));
    }

    /** Whether nothing is to be read up to a place that is fixed. */
    abstract boolean hasRead(EndPlace place);

    /** Up to which index the events are not after the end. */
    static int upTo(EndPlace end, Segment segment, byte[] memory, int index, int count) {
        EventId upTo = end.upTo();
        return segment.firstAfter(memory, index, count, upTo.millis(), upTo.sequence());
    }

    /** Whether the topics have ended and everything of them was read. */
    public boolean isAtEnd() {
        return haveLogsEnded() && !hasNext();
    }

    abstract boolean hasNext();

    final Batch took(Batch batch) {
        lastMillis = batch.lastMillis;
        lastSequence = batch.lastSequence;
        return batch;
    }
}
