package dev.freshet.log;

/**
 * How far a reader is behind the logs that it follows, at about one moment. Immutable and thread-safe.
 *
 * @param events the number of retained events that it has not read; 0 if it has caught up
 * @param bytes their encoded bytes
 * @param millis the age of the oldest of them, in milliseconds; 0 if there is none
 */
public record CursorLag(long events, long bytes, long millis) {
    /** The lag of a reader that has caught up. */
    public static final CursorLag NONE = new CursorLag(0, 0, 0);

    /** Returns the lag in the logs of both. */
    CursorLag plus(CursorLag other) {
        return new CursorLag(events + other.events, bytes + other.bytes, Math.max(millis, other.millis));
    }
}
