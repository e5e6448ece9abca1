package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
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
 * @param reset why, for {@link ResumeOutcome#RESET}; else null
 * @param cursor the reader's place
 */
public record Start(
        ResumeOutcome outcome,
        EventId position,
        String id,
        @Nullable Reset reset,
        Cursor cursor) {}
