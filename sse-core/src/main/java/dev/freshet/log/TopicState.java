package dev.freshet.log;

/** What a hub knows of a topic. */
public enum TopicState {
    /** Something was published to it or it was started, it has not ended, and it is not forgotten. */
    OPEN,
    /** Its last event was published; nothing comes after it. */
    ENDED,
    /** The hub knows nothing of it, whoever may follow it. */
    UNKNOWN
}
