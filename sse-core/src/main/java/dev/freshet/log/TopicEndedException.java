package dev.freshet.log;

/** The refusal of an event that would come after the last one of its topic. */
public final class TopicEndedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Names the topic. */
    public TopicEndedException(String topic) {
        super("topic \"" + topic + "\": ended (expected: open)");
    }
}
