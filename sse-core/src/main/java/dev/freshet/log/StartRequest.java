package dev.freshet.log;

import dev.freshet.event.EventId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a reader asks to start: the client's position first, else what the application chose, else the newest event.
 *
 * <p>Each method returns a changed copy. Immutable and thread-safe.
 */
public final class StartRequest {
    private static final StartRequest LATEST = new StartRequest("", null, null, null, false);

    /** The client's last event id; empty for none. */
    final String lastEventId;

    /** Where to start where the client named nothing; null for the newest event. */
    final @Nullable EventId from;

    /** In its stead, a bound in time, for which the nearest place will do; or null. */
    final @Nullable Instant fromTime;

    final @Nullable EventId notBefore;

    /** Whether a reset starts at the newest event, for a snapshot makes good what is missed. */
    final boolean resetToLatest;

    private StartRequest(
            String lastEventId,
            @Nullable EventId from,
            @Nullable Instant fromTime,
            @Nullable EventId notBefore,
            boolean resetToLatest) {
        this.lastEventId = lastEventId;
        this.from = from;
        this.fromTime = fromTime;
        this.notBefore = notBefore;
        this.resetToLatest = resetToLatest;
    }

    /** After the hub's newest event. */
    public static StartRequest latest() {
        return LATEST;
    }

    /**
     * After the event that the client names. An id that a retained event brought along goes first, then {@code earliest} for
     * all that is retained, then a position of the hub; another text is no place in the log.
     *
     * @param value as the client sent it; null or empty for none
     */
    public StartRequest lastEventId(@Nullable String value) {
        return new StartRequest(Objects.requireNonNullElse(value, ""), from, fromTime, notBefore, resetToLatest);
    }

    /** After this event, where the client names none; a reset where it is no place of the log. */
    public StartRequest from(EventId position) {
        return new StartRequest(lastEventId, Objects.requireNonNull(position, "from"), null, notBefore, resetToLatest);
    }

    /**
     * With the first event that was published at this time or later, where the client names none; never a reset: what is gone
     * of it was not asked for by a client.
     *
     * @param time to the millisecond. What counts is for how long an event has been there, which a clock that is set does not
     *     change
     */
    public StartRequest from(Instant time) {
        return new StartRequest(lastEventId, null, Objects.requireNonNull(time, "from"), notBefore, resetToLatest);
    }

    /** With the oldest retained event, where the client names none; never a reset. */
    public StartRequest fromEarliest() {
        return from(Instant.MIN);
    }

    /**
     * Nothing up to this event, whatever the client names: for those who may not read what came before. It bounds by order
     * alone, so an id of any incarnation will do; one that is newer than the newest event stands for that.
     */
    public StartRequest notBefore(EventId position) {
        return new StartRequest(
                lastEventId, from, fromTime, Objects.requireNonNull(position, "notBefore"), resetToLatest);
    }

    /**
     * The same, where its {@link #notBefore} is newer than this, with this for it: what that stands for now is what it stands
     * for when the request is tried again.
     */
    public StartRequest notBeforeAtMost(EventId latest) {
        Objects.requireNonNull(latest, "latest");
        return notBefore == null || notBefore.compareTo(latest) <= 0 ? this : notBefore(latest);
    }

    /** A reset starts after the newest event, not with what is retained: for who sends the state with it. */
    public StartRequest resetToLatest() {
        return new StartRequest(lastEventId, from, fromTime, notBefore, true);
    }
}
