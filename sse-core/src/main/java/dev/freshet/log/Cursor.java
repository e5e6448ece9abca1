package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The position of one reader in the logs that it follows.
 *
 * <p>New, resumed and slow readers differ only in the positions of their cursors. Reading takes no lock.
 *
 * <p>Not thread-safe: one thread at a time may use a cursor, but for {@link #endAt} and {@link #lag}. Any number of cursors
 * may read the same logs at once.
 */
public abstract sealed class Cursor permits TopicCursor, MergedCursor {
    /** The hub of a cursor. */
    interface Owner {
        /** Returns the published mark of the hub. */
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

    private static final AtomicReferenceFieldUpdater<Cursor, @Nullable EndPosition> END =
            AtomicReferenceFieldUpdater.newUpdater(Cursor.class, EndPosition.class, "end");

    /** The reader's own end, or null if it has none. Read after the count and the published mark. */
    private volatile @Nullable EndPosition end;

    long lastMillis;
    long lastSequence;

    Cursor(Owner owner, EventId position) {
        this.owner = owner;
        this.lastMillis = position.millis();
        this.lastSequence = position.sequence();
    }

    /**
     * Reads the next events.
     *
     * @param maxBytes the most bytes to read; a single event is read even if it is larger
     * @param shared a batch that another cursor has read, or null; returned if it is what this cursor reads next, see
     *     {@link Batch}
     * @return a run of whole events in order, or one of the constants of {@link Batch}
     */
    public abstract Batch next(int maxBytes, @Nullable Batch shared);

    /**
     * Moves a cursor that has lagged out: in each log, to the oldest retained event that it has not read.
     *
     * @return the reset to send to the client
     */
    public Reset skip() {
        return owner.skip(this, position());
    }

    /** Returns the position of the last event read; before the first, the position at which the cursor started. */
    public EventId position() {
        return new EventId(lastMillis, lastSequence);
    }

    /**
     * Ends the reading at a position in the hub's order: events up to it are read, and none after it. The caller fixes
     * the position after this call; until then no further event is read. Any thread may call. Only the first call has
     * an effect.
     *
     * @return whether this call was the first
     */
    public boolean endAt(EndPosition position) {
        return END.compareAndSet(this, null, position);
    }

    /** Returns whether {@link #next} would return this batch, if the reader has no end before the end of the batch. */
    public abstract boolean isNext(Batch shared);

    /**
     * Returns whether another cursor, of the same thread, stands at the same position in the same logs, so that both
     * read the same batches.
     */
    public abstract boolean standsWith(Cursor other);

    /**
     * Returns how far the cursor is behind its logs, in a time that does not depend on how far. Any thread may call:
     * while another one reads or the log grows the figures are an estimate. Evicted events are not counted, so those of
     * a cursor that has lagged out are of all that is retained.
     */
    public abstract CursorLag lag();

    /** Returns the logs that this cursor follows, one for each topic. */
    public abstract List<TopicLog> logs();

    /**
     * Stops following the topics, which may be forgotten then. The cursor must not be read after this call. Idempotent.
     */
    public void close() {
        owner.close(this);
    }

    /** Closes the cursor, under the lock of the owner; returns whether it was open. */
    final boolean closeOnce() {
        boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    final Owner owner() {
        return owner;
    }

    /** Returns whether {@link #next} would return {@link Batch#LAGGED_OUT}. */
    public abstract boolean isLaggedOut();

    /** Moves the cursor, under the lock of the owner, to the first retained event after the position. */
    abstract void moveTo(EventId position);

    /**
     * Returns the constant for a read that finds no event. The caller reads the logs once more after this call: if a
     * topic has ended by this call, its last event is in them by then.
     */
    final Batch nothing() {
        EndPosition fixed = end;
        boolean isReached = fixed != null && fixed.isFixed() && owner.latest().compareTo(fixed.upTo()) >= 0;
        if (isReached || haveLogsEnded()) {
            return Batch.ENDED;
        }
        return owner.isClosed() ? Batch.CLOSED : Batch.CAUGHT_UP;
    }

    /**
     * Returns whether nothing more will be published to this reader: its topics have ended or the hub is closed. Events
     * may remain to be read.
     */
    public boolean isEnding() {
        return haveLogsEnded() || owner.isClosed();
    }

    /** Returns whether all topics have ended, or one of several was removed. Events may remain to be read. */
    public abstract boolean haveLogsEnded();

    /**
     * Returns the reader's own end, or null. Called after the count and the published mark were read; see {@link
     * EndPosition}.
     */
    final @Nullable EndPosition end() {
        return end;
    }

    /**
     * Returns whether the reader's own end is fixed and everything before it has been read. Eviction makes no
     * difference to such a reader.
     */
    public boolean hasReachedEnd() {
        EndPosition fixed = end;
        return fixed != null && fixed.isFixed() && (position().compareTo(fixed.upTo()) >= 0 || hasRead(fixed));
    }

    /** Returns whether no event remains to be read up to a position that is fixed. */
    abstract boolean hasRead(EndPosition end);

    /** Returns the index of the first event after the end, or the count. */
    static int upTo(EndPosition end, Segment segment, byte[] memory, int index, int count) {
        EventId upTo = end.upTo();
        return segment.firstAfter(memory, index, count, upTo.millis(), upTo.sequence());
    }

    /** Returns whether the topics have ended and all of their events have been read. */
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
