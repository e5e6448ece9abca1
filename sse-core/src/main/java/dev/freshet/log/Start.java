package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * How a reader begins: what became of the position that it asked for, and the cursor that stands there.
 *
 * <p>Immutable; the cursor is confined to its reader, who must close it.
 *
 * @param outcome what became of the request
 * @param position where the cursor stands: it reads what comes after
 * @param reset why, for {@link Outcome#RESET}; else null
 * @param cursor the reader's place
 */
public record Start(
        Outcome outcome, EventId position, @Nullable Reset reset, Cursor cursor) {
    /** What became of the position that a reader asked for. */
    public enum Outcome {
        /** None was asked for: nothing old is sent. */
        FRESH,
        /** Everything after the position follows. */
        RESUMED,
        /** The position is no place in the log: what is retained follows, or the snapshot. */
        RESET
    }

    /** The same start, standing at the hub's newest event; for a reset that a snapshot makes good. */
    public Start atLatest() {
        Cursor end = cursor.owner().toLatest(cursor);
        return new Start(outcome, end.position(), reset, end);
    }
}
