package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The start of a reader: the outcome of its request, and the cursor.
 *
 * <p>Immutable; the cursor is not thread-safe, and its reader must close it.
 *
 * @param outcome the outcome of the request
 * @param position the position of the cursor, which reads the events after it
 * @param id the id by which the client resumes before its first event: the text of the position, or the own id of an
 *     event if the client named that
 * @param reset the reset, for {@link ResumeOutcome#RESET}; else null
 * @param cursor the cursor
 */
public record Start(
        ResumeOutcome outcome,
        EventId position,
        String id,
        @Nullable Reset reset,
        Cursor cursor) {}
