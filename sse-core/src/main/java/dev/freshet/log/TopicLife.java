package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * The state of the topic of one log, and the positions of its start and end. Changed under the lock of {@link HubLog}.
 */
final class TopicLife {
    private final LogTotals totals;

    /** The position of the start, or null. Guarded, like the field below, by the lock. */
    private @Nullable EventId start;

    private boolean published;

    /** The end, or null while the topic is open. Set after the last event can be read; any thread may read it. */
    private volatile @Nullable TopicEnd end;

    /**
     * The position of the removal, or null. A topic that begins anew under the same name has another log. Any thread
     * may read it.
     */
    private volatile @Nullable EventId removed;

    TopicLife(LogTotals totals) {
        this.totals = totals;
    }

    TopicState state() {
        return end != null ? TopicState.ENDED : published || start != null ? TopicState.OPEN : TopicState.UNKNOWN;
    }

    @Nullable
    EventId start() {
        return start;
    }

    void begin(EventId position) {
        boolean wasRunning = isRunning();
        start = position;
        count(wasRunning);
    }

    void published() {
        published = true;
    }

    void end(TopicEnd last) {
        boolean wasRunning = isRunning();
        end = last;
        count(wasRunning);
    }

    @Nullable
    TopicEnd end() {
        return end;
    }

    /**
     * Notes the removal. Called after the published mark was moved, and before an event is published to another log of
     * the topic.
     */
    void remove(EventId position) {
        removed = position;
        end(new TopicEnd(start, position, 0));
    }

    @Nullable
    EventId removed() {
        return removed;
    }

    /** Restores the end of a topic that is new here, and so not running before or after. */
    void restore(TopicEnd before) {
        start = before.start();
        end = before;
    }

    /** Whether the topic was started and has not ended. */
    boolean isRunning() {
        return start != null && end == null;
    }

    private void count(boolean wasRunning) {
        if (wasRunning != isRunning()) {
            totals.running(wasRunning ? -1 : 1);
        }
    }
}
