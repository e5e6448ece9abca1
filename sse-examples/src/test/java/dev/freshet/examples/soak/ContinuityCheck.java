package dev.freshet.examples.soak;

import dev.freshet.event.EventId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The check of what one client receives, over all its connections, in constant memory: the events of each topic are unchanged and
 * numbered without a gap, and ids rise. A stream that begins anew, at its first connection or a {@code stream-reset}, may begin with
 * any event that was published by then, and with no later one. Not thread-safe.
 */
final class ContinuityCheck {
    /** The numbers that the next event of a topic may have. */
    private record Numbers(int least, int most) {}

    private final List<String> topics;
    private final ToIntFunction<String> published;
    private final Map<String, Numbers> next = new HashMap<>();
    private @Nullable EventId position;

    /**
     * Creates a check of a stream that has not begun.
     *
     * @param published returns how many events of a topic have been published or are being published
     */
    ContinuityCheck(List<String> topics, ToIntFunction<String> published) {
        this.topics = topics;
        this.published = published;
    }

    /**
     * Begins the stream anew. What is published from now on must come.
     *
     * @param id the position at which it begins, or empty if the server has told none
     */
    void begin(String id) {
        for (String topic : topics) {
            next.put(topic, new Numbers(0, published.applyAsInt(topic)));
        }
        position = EventId.tryParse(id);
    }

    /**
     * Returns what is wrong with an event, in words; null if nothing is.
     *
     * @param id the last event id after the event
     * @param data that of a {@link SoakEvent}
     */
    @Nullable
    String received(String id, String data) {
        String[] words = data.split(" ", 3);
        String topic = words[0];
        Numbers expected = next.get(topic);
        if (expected == null
                || words.length < 3
                || !words[1].matches("[0-9]{1,9}")
                || !SoakEvent.data(topic, Integer.parseInt(words[1])).equals(data)) {
            return "altered: \"" + data + "\", at " + id;
        }
        int number = Integer.parseInt(words[1]);
        next.put(topic, new Numbers(number + 1, number + 1));
        EventId before = position;
        position = EventId.tryParse(id);
        if (number > expected.most) {
            return "lost: " + topic + " has " + number + " (expected: " + expected.most + "), at " + id;
        }
        if (number < expected.least) {
            return "doubled: " + topic + " has " + number + " (expected: " + expected.least + "), at " + id;
        }
        if (position == null || before != null && position.compareTo(before) <= 0) {
            return "out of order: " + topic + " has " + number + " at " + id + " after " + before;
        }
        return null;
    }
}
