package dev.freshet.hub;

/**
 * Figures of what a hub holds at one moment. Immutable and thread-safe.
 *
 * @param topics topics that are followed or retain something
 * @param startedTopics topics that were {@linkplain SseHub#start started} and have not ended: the generations that run,
 *     with a shared store those of all nodes
 * @param published events published since the start; with a store, events of all hubs that its tail has delivered
 * @param publishedBytes their encoded bytes
 * @param retainedEvents events that can be resumed from, over all topics
 * @param retainedBytes their encoded bytes
 * @param heldBytes the memory that the hub takes for everything that it holds, as {@link
 *     dev.freshet.log.Retention#hubBytes} bounds it
 * @param mostHeldBytes that bound
 * @param topicBytes the part of {@code heldBytes} that the topics take which are followed or retain nothing
 * @param mostTopicBytes the bound of that part, over which no new topic can be followed
 */
public record HubStats(
        int topics,
        int startedTopics,
        long published,
        long publishedBytes,
        long retainedEvents,
        long retainedBytes,
        long heldBytes,
        long mostHeldBytes,
        long topicBytes,
        long mostTopicBytes) {}
