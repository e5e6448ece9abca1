package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The notice that a reader cannot continue at its position. It is sent to the client in band, so that no loss is
 * silent.
 *
 * <p>Immutable and thread-safe.
 *
 * @param reason the reason
 * @param requested the position that was requested, as the client sent it
 * @param earliest the oldest retained event of the topics that this reader may read, or null if there is none
 * @param latest the hub's newest event
 */
public record Reset(
        Reason reason, String requested, @Nullable EventId earliest, EventId latest) {
    /** The event type of a reset on the wire. */
    public static final String TYPE = "stream-reset";

    private static final int LONGEST_REQUESTED = 256;

    /** The reason why a position is not in the log. */
    public enum Reason {
        /** Events after the position were evicted by the retention, or the reader may not read them. */
        EVICTED,
        /** The position is not one of this hub: another incarnation gave it, or the text is not a position. */
        UNKNOWN,
        /** The position is newer than anything that this hub has published. */
        AHEAD,
        /** The connection was too slow: the retention has evicted events that it had not read. */
        LAGGED
    }

    /** Checks that the reason, the requested and the latest position are not null. */
    public Reset {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(requested, "requested");
        Objects.requireNonNull(latest, "latest");
    }

    /**
     * Returns the event for the client: type {@code stream-reset}, data in JSON.
     *
     * @param position the position at which the reader continues, which becomes the id of the event
     */
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
