package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a reader cannot go on where it stood, told to it in band so that nothing is ever lost silently.
 *
 * <p>Immutable and thread-safe.
 *
 * @param reason why
 * @param requested the position that was asked for, as the client wrote it
 * @param earliest the oldest event of the topics that is retained and for this reader, or null where there is none
 * @param latest the hub's newest event
 */
public record Reset(
        Reason reason, String requested, @Nullable EventId earliest, EventId latest) {
    /** The event type of a reset on the wire. */
    public static final String TYPE = "stream-reset";

    private static final int LONGEST_REQUESTED = 256;

    /** Why a position is no place in the log. */
    public enum Reason {
        /** Events after the position were dropped by retention, or the reader may not have them. */
        EVICTED,
        /** The position is none of this hub's: another incarnation gave it out, or it is no position at all. */
        UNKNOWN,
        /** The position is newer than anything that this hub has published. */
        AHEAD,
        /** The connection was too slow, and retention has dropped what it had not read. */
        LAGGED
    }

    /** Checks for nulls. */
    public Reset {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(requested, "requested");
        Objects.requireNonNull(latest, "latest");
    }

    /** The event that tells the client: type {@code stream-reset}, JSON data. The id is where it now stands. */
    public SseEvent toEvent(EventId position) {
        Objects.requireNonNull(position, "position");
        String shown = requested.length() > LONGEST_REQUESTED ? requested.substring(0, LONGEST_REQUESTED) : requested;
        String json = "{\"reason\":" + JsonText.of(reason.name().toLowerCase(Locale.ROOT))
                + ",\"requested\":" + JsonText.of(shown)
                + ",\"earliest\":" + JsonText.of(earliest == null ? null : earliest.toString())
                + ",\"latest\":" + JsonText.of(latest.toString()) + "}";
        return SseEvent.builder().type(TYPE).data(json).id(position.toString()).build();
    }
}
