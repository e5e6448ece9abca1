package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/** Whether one log's topic is open, and between which places. Changed under the lock of {@link HubLog}. */
final class TopicLife {
    /** Where it was started, or null. Guarded by the lock, as what follows. */
    private @Nullable EventId start;

    private boolean published;

    /** The last event, or null while it is open; set when the event can be read. */
    private volatile @Nullable TopicEnd end;

    /** Where it was forgotten by its publisher, or null: what begins anew under its name is another log. */
    private volatile @Nullable EventId removed;

    TopicState state() {
        return end != null ? TopicState.ENDED : published || start != null ? TopicState.OPEN : TopicState.UNKNOWN;
    }

    @Nullable
    EventId start() {
        return start;
    }

    void begin(EventId place) {
        start = place;
    }

    void published() {
        published = true;
    }

    void end(TopicEnd last) {
        end = last;
    }

    @Nullable
    TopicEnd end() {
        return end;
    }

    /** Behind the mark, and before anything that is published to another log of the topic. */
    void remove(EventId place) {
        removed = place;
        end = new TopicEnd(start, place, 0);
    }

    @Nullable
    EventId removed() {
        return removed;
    }

    void restore(TopicEnd before) {
        start = before.start();
        end = before;
    }
}
