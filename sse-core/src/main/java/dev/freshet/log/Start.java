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
 * @param id what the reader is to name when it comes back before its first event: the text of the position, or the id of its
 *     own that an event brought along, where the reader named that
 * @param reset why, for {@link Outcome#RESET}; else null
 * @param cursor the reader's place
 */
public record Start(
        Outcome outcome,
        EventId position,
        String id,
        @Nullable Reset reset,
        Cursor cursor) {
    /** What became of the position that a reader asked for. */
    public enum Outcome {
        /**
         * The client named none: it starts where the application chose, unless that is a reset. Or none of the topics keeps
         * anything to resume from.
         */
        FRESH,
        /** Everything after the position follows. */
        RESUMED,
        /** The position is no place in the log: what is retained follows, or the snapshot. */
        RESET
    }
}
