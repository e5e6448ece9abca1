package dev.freshet.examples.soak;

import dev.freshet.examples.faults.NumberedEvent;

/**
 * The data of the soak's events: that of a numbered event, and behind it padding of up to a kilobyte in some topics. The topic and the
 * number determine it, so that a change of any character is seen. Stateless and thread-safe.
 */
final class SoakEvent {
    /** What the names of the topics begin with whose events are padded. */
    static final String PADDED = "padded-";

    /** A power of two: with an odd step, so many events in a row have each length once. */
    private static final int LENGTHS = 1 << 10;

    private static final int STEP = 389;
    private static final String PADDING = "x".repeat(LENGTHS);

    private SoakEvent() {}

    /**
     * Returns the data: topic, space, number, space, and text.
     *
     * @param number from 0
     */
    static String data(String topic, int number) {
        String data = new NumberedEvent(topic, number).data();
        return topic.startsWith(PADDED) ? data + PADDING.substring((number * STEP) & (LENGTHS - 1)) : data;
    }
}
