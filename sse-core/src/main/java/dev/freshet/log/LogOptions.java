package dev.freshet.log;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * What the logs of a hub are made with. Immutable and thread-safe.
 *
 * @param retentions what to keep
 * @param clock the time at publish
 * @param floors how many floors forgotten topics share, above 0
 * @param endRetention how long the end of a topic is remembered
 */
public record LogOptions(Retentions retentions, InstantSource clock, int floors, Duration endRetention) {
    /** How many floors forgotten topics share unless set. */
    public static final int FLOORS = 1 << 16;

    /** How long the end of a topic is remembered unless set. */
    public static final Duration END_RETENTION = Duration.ofHours(1);

    /** The same retention for all topics, and the defaults. */
    static LogOptions of(Retention retention, InstantSource clock) {
        return new LogOptions(new Retentions(retention, Map.of()), clock, FLOORS, END_RETENTION);
    }
}
