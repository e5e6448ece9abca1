package dev.freshet.hub;

import dev.freshet.log.LogStats;

/**
 * What a hub holds at one moment. Immutable and thread-safe.
 *
 * @param topics topics that are followed or retain something
 * @param published events published since the start
 * @param retainedEvents events that can be resumed from, over all topics
 * @param retainedBytes their encoded bytes
 * @param heldBytes the memory that the hub takes for all that it holds, as {@link dev.freshet.log.Retention#hubBytes} bounds it
 */
public record HubStats(int topics, long published, long retainedEvents, long retainedBytes, long heldBytes) {
    static HubStats of(LogStats stats) {
        return new HubStats(stats.topics(), stats.published(), stats.events(), stats.bytes(), stats.held());
    }
}
