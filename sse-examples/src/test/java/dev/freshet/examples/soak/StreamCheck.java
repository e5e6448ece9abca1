package dev.freshet.examples.soak;

import dev.freshet.event.EventId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks what one client receives, over all its connections: the events of each topic are numbered without a gap, and ids of the
 * server's form rise. A {@code stream-reset} permits a gap, and events that came before. Not thread-safe.
 */
final class StreamCheck {
    private final Map<String, Long> last = new HashMap<>();
    private @Nullable EventId position;
    private boolean resetTold;

    /** Begins the events of a topic: the next one has this number. */
    void begin(String topic, long number) {
        last.put(topic, number - 1);
    }

    /** The client was told that events may be lost. */
    void reset() {
        last.clear();
        position = null;
        resetTold = true;
    }

    /** Returns whether the client was told so at any time. */
    boolean wasReset() {
        return resetTold;
    }

    /**
     * Returns what is wrong with an event, in words; null if nothing is.
     *
     * @param id the last event id after the event
     * @param data topic, space and number, and after another space anything
     */
    @Nullable
    String received(String id, String data) {
        String[] words = data.split(" ", 3);
        String topic = words[0];
        long number = Long.parseLong(words[1]);
        Long before = last.put(topic, number);
        EventId here = EventId.parse(id);
        EventId previous = position;
        position = here;
        if (before != null && number != before + 1) {
            return (number > before ? "lost: " : "doubled: ") + topic + " has " + number + " after " + before + ", at "
                    + id;
        }
        if (previous != null && here.compareTo(previous) <= 0) {
            return "out of order: " + topic + " has " + number + " at " + id + " after " + previous;
        }
        return null;
    }
}
