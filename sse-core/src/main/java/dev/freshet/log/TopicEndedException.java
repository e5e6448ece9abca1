package dev.freshet.log;

/** The refusal of an event that would follow the last event of its topic. */
public final class TopicEndedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Creates the refusal for a topic. */
    public TopicEndedException(String topic) {
        super("topic \"" + topic + "\": ended (expected: open)");
    }
}
