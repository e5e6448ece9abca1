package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a stream sends after a time of silence, so that no intermediary takes the connection for dead: {@link
 * SseHandler.Builder#heartbeat(Heartbeat)}, {@link EndpointOptions.Builder#heartbeat}. Immutable and thread-safe.
 */
public final class Heartbeat {
    static final Heartbeat DEFAULT = comment(Duration.ofSeconds(15));

    private final long silenceNanos;
    private final long afterEventNanos;
    private final byte @Nullable [] event;

    private Heartbeat(long silenceNanos, long afterEventNanos, byte @Nullable [] event) {
        this.silenceNanos = silenceNanos;
        this.afterEventNanos = afterEventNanos;
        this.event = event;
    }

    /**
     * Returns a heartbeat that is a comment line {@code :}, which clients ignore.
     *
     * @param silence the write silence before a heartbeat; 10 ms to 365 days, jittered down to 80 %
     * @throws IllegalArgumentException if the silence is another
     */
    public static Heartbeat comment(Duration silence) {
        return new Heartbeat(Checks.atLeast("heartbeat.silence", silence, 10).toNanos(), Long.MAX_VALUE, null);
    }

    /**
     * Returns a heartbeat that is an event, for clients whose watchdogs count parsed events.
     *
     * @param silence as for {@link #comment}
     * @param event with data, such as {@code SseEvent.of("ping", "{}")}; without an id, which would be a position
     * @throws IllegalArgumentException if the silence or the event has another form
     */
    public static Heartbeat event(Duration silence, SseEvent event) {
        if (Objects.requireNonNull(event, "event").id() != null || event.data() == null) {
            throw new IllegalArgumentException(
                    "heartbeat.event: " + event + " (expected: with data and without an id)");
        }
        return new Heartbeat(
                Checks.atLeast("heartbeat.silence", silence, 10).toNanos(), Long.MAX_VALUE, EventEncoder.encode(event));
    }

    /**
     * Returns a heartbeat that is also sent once, after {@code delay} without a further event, for proxies and scanners
     * that hold back the last piece of their input until another follows.
     *
     * @param delay 10 ms to 365 days. A shorter delay costs more: a timer checks all streams eight times per delay
     * @throws IllegalArgumentException if the delay is another
     */
    public Heartbeat afterLastEvent(Duration delay) {
        return new Heartbeat(
                silenceNanos,
                Checks.atLeast("heartbeat.afterLastEvent", delay, 10).toNanos(),
                event);
    }

    long silenceNanos() {
        return silenceNanos;
    }

    /** Returns the delay of the heartbeat after the last event, in nanoseconds. */
    long afterEventNanos() {
        return afterEventNanos;
    }

    /** Returns the shorter of both times, in nanoseconds. */
    long shortestNanos() {
        return Math.min(silenceNanos, afterEventNanos);
    }

    /** Returns the encoded event, or null for a comment. */
    byte @Nullable [] encodedEvent() {
        return event;
    }
}
