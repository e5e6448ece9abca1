package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reader's place in the logs that it follows.
 *
 * <p>A new, a resumed and a slow reader are the same thing with the cursor in a different place. Reading takes no lock.
 * Confined: one thread at a time may use a cursor; any number of cursors may read the same logs at once.
 */
public abstract sealed class Cursor permits TopicCursor, MergedCursor {
    private final HubLog owner;
    /** Guarded by the lock of the owner. */
    private boolean closed;

    long lastMillis;
    long lastSequence;

    Cursor(HubLog owner, EventId position) {
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

    /** The logs that it follows. */
    public abstract List<TopicLog> logs();

    /** Stops following: the topics may be forgotten. Idempotent; the cursor must not be read any more. */
    public void close() {
        owner.locked(() -> {
            if (!closed) {
                closed = true;
                owner.unfollow(this);
            }
        });
    }

    final HubLog owner() {
        return owner;
    }

    /** Whether {@link #next} would say {@link Batch#LAGGED_OUT}. */
    public abstract boolean isLaggedOut();

    /** Under the lock of the owner: stand before everything retained that comes after the position. */
    abstract void moveTo(EventId position);

    final Batch nothing() {
        return owner.isClosed() ? Batch.CLOSED : Batch.CAUGHT_UP;
    }

    final Batch took(Batch batch) {
        lastMillis = batch.lastMillis;
        lastSequence = batch.lastSequence;
        return batch;
    }
}
