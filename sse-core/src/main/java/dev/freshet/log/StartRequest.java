package dev.freshet.log;

import dev.freshet.event.EventId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request of a reader for its start: after the client's position, else at the start that the application chose,
 * else after the newest event.
 *
 * <p>Each method returns a changed copy. Immutable and thread-safe.
 */
public final class StartRequest {
    private static final StartRequest LATEST = new StartRequest("", null, null, null, false);

    /** The client's last event id; empty for none. Never null. */
    final String lastEventId;

    /** The position to start after if the client names none; null for the newest event, or for {@link #fromTime}. */
    final @Nullable EventId from;

    /** The time to start at if the client names no position, instead of {@link #from}; or null. */
    final @Nullable Instant fromTime;

    /** The position after which the reader may read; null for no such bound. */
    final @Nullable EventId notBefore;

    /** Whether a reset starts after the newest event, because the reader is sent the state. */
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

    /** Returns whether a client that names no event starts at the same position by both requests. */
    public boolean startsAs(StartRequest other) {
        Objects.requireNonNull(other, "other");
        return Objects.equals(from, other.from) && Objects.equals(fromTime, other.fromTime);
    }

    /** Returns a request to start after the hub's newest event. */
    public static StartRequest latest() {
        return LATEST;
    }

    /**
     * Requests the start after the event that the client names. The text is taken for the own id of a retained event,
     * else for {@code earliest}, which requests everything that is retained, else for a position of the hub. Any other
     * text is not in the log.
     *
     * @param value the last event id as the client sent it; null or empty for none
     */
    public StartRequest lastEventId(@Nullable String value) {
        return new StartRequest(Objects.requireNonNullElse(value, ""), from, fromTime, notBefore, resetToLatest);
    }

    /** Requests the start after an event if the client names none. A position that is not in the log is a reset. */
    public StartRequest from(EventId position) {
        return new StartRequest(lastEventId, Objects.requireNonNull(position, "from"), null, notBefore, resetToLatest);
    }

    /**
     * Requests the start at the first event that was published at a time or later, if the client names none. The start
     * is never a reset: no client has requested the events that were evicted.
     *
     * @param time to the millisecond. Events are compared by their age, which does not change when the clock is set
     */
    public StartRequest from(Instant time) {
        return new StartRequest(lastEventId, null, Objects.requireNonNull(time, "from"), notBefore, resetToLatest);
    }

    /** Returns the position to start after if the client names none, or null if none is set. */
    public @Nullable EventId from() {
        return from;
    }

    /**
     * Returns the time to start at if the client names no position, or null if none is set: {@link Instant#MIN} for the
     * oldest retained event.
     */
    public @Nullable Instant fromTime() {
        return fromTime;
    }

    /** Returns the position at or before which nothing is read, or null if none is set. */
    public @Nullable EventId notBefore() {
        return notBefore;
    }

    /** Requests the start at the oldest retained event if the client names none. The start is never a reset. */
    public StartRequest fromEarliest() {
        return from(Instant.MIN);
    }

    /**
     * Excludes the events up to a position, whatever the client names: for a reader that may not read earlier events.
     * The bound is by order alone, so the id may be of any incarnation. An id that is newer than the newest event
     * stands for the newest event.
     */
    public StartRequest notBefore(EventId position) {
        return new StartRequest(
                lastEventId, from, fromTime, Objects.requireNonNull(position, "notBefore"), resetToLatest);
    }

    /**
     * Returns this request with {@link #notBefore} lowered to a position if it is newer. A bound that is ahead of the
     * hub then means the same when the request is tried again.
     */
    public StartRequest notBeforeAtMost(EventId latest) {
        Objects.requireNonNull(latest, "latest");
        return notBefore == null || notBefore.compareTo(latest) <= 0 ? this : notBefore(latest);
    }

    /**
     * Requests that a reset start after the newest event and not at the oldest retained one: for a caller that sends
     * the state with it.
     */
    public StartRequest resetToLatest() {
        return new StartRequest(lastEventId, from, fromTime, notBefore, true);
    }
}
