package dev.freshet.log;

/** The state of a topic in a hub. */
public enum TopicState {
    /** The topic was started or an event was published to it, and it has not ended and is not forgotten. */
    OPEN,
    /** The last event of the topic was published. No event follows it. */
    ENDED,
    /** The hub has no record of the topic. Such a topic can be followed. */
    UNKNOWN
}
