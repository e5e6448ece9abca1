package dev.freshet.log;

/** The refusal to start a topic that is open or has ended. */
public final class TopicStartedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Creates the refusal for a topic in a state. */
    public TopicStartedException(String topic, TopicState state) {
        super("topic \"" + topic + "\": " + state + " (expected: UNKNOWN)");
    }
}
