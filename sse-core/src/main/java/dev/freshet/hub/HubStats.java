package dev.freshet.hub;

/**
 * Figures of what a hub holds at one moment. Immutable and thread-safe.
 *
 * @param topics topics that are followed or retain something
 * @param published events published since the start
 * @param retainedEvents events that can be resumed from, over all topics
 * @param retainedBytes their encoded bytes
 * @param heldBytes the memory that the hub takes for everything that it holds, as {@link
 *     dev.freshet.log.Retention#hubBytes} bounds it
 */
public record HubStats(int topics, long published, long retainedEvents, long retainedBytes, long heldBytes) {}
