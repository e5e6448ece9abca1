package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a stream sends after a time of silence, so that nobody on its way takes it for dead: {@link
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
     * A line {@code :}, which clients ignore.
     *
     * @param silence after how much write silence; 10 ms to 365 days, jittered down to 80 %
     * @throws IllegalArgumentException if it is another
     */
    public static Heartbeat comment(Duration silence) {
        return new Heartbeat(Checks.atLeast("heartbeat.silence", silence, 10).toNanos(), Long.MAX_VALUE, null);
    }

    /**
     * An event, for clients whose watchdogs count the events that they have parsed.
     *
     * @param silence as for {@link #comment}
     * @param event with data, such as {@code SseEvent.of("ping", "{}")}; without an id, which would be a position
     * @throws IllegalArgumentException if one has another form
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
     * The same with one more a moment after the last event, once, for proxies and scanners that hold back the last piece of what
     * they have until there is another.
     *
     * @param delay 10 ms to 365 days. All streams are looked at as often as eight times in it
     * @throws IllegalArgumentException if it is another
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

    /** How long after the last event one more is sent. */
    long afterEventNanos() {
        return afterEventNanos;
    }

    /** The shorter of both. */
    long shortestNanos() {
        return Math.min(silenceNanos, afterEventNanos);
    }

    /** Encoded, or null for a comment. */
    byte @Nullable [] encodedEvent() {
        return event;
    }
}
