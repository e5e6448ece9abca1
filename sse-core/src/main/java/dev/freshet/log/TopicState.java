package dev.freshet.log;

/** The state of a topic in a hub. */
public enum TopicState {
    /** An event was published to the topic or it was started; it has not ended and is not forgotten. */
    OPEN,
    /** The last event of the topic was published. Nothing follows it. */
    ENDED,
    /** The hub has no record of the topic, which can be followed nevertheless. */
    UNKNOWN
}
