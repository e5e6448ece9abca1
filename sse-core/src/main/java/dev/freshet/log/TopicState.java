package dev.freshet.log;

/** The state of a topic, as a hub knows it. */
public enum TopicState {
    /** An event was published to the topic or it was started; it has not ended and is not forgotten. */
    OPEN,
    /** The last event of the topic was published. Nothing follows it. */
    ENDED,
    /** The hub knows nothing of the topic, which may be followed nevertheless. */
    UNKNOWN
}
