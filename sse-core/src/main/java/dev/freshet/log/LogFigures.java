package dev.freshet.log;

/**
 * A factory of a value of the figures of a {@link HubLog}. Called without a lock.
 *
 * @param <T> the type of the value
 */
public interface LogFigures<T> {
    /**
     * Makes the value.
     *
     * @param topics topics that are followed or retain something
     * @param startedTopics topics that were started and have not ended
     * @param published events appended since the start
     * @param publishedBytes their encoded bytes
     * @param events events retained
     * @param bytes their encoded bytes
     * @param held the memory that the hub takes, as it is counted against {@link Retention#hubBytes}
     * @param mostHeld that bound
     * @param topicBytes the part of {@code held} that topics take which are followed or retain nothing
     * @param mostTopicBytes the bound of that part, over which no new topic can be followed
     */
    T of(
            int topics,
            int startedTopics,
            long published,
            long publishedBytes,
            long events,
            long bytes,
            long held,
            long mostHeld,
            long topicBytes,
            long mostTopicBytes);
}
