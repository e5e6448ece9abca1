package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicEndedException;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * A topic that was {@linkplain SseHub#start started} at one position. A publish to it fails with {@link
 * TopicEndedException} if the topic has ended since, was removed, or was started again. Thread-safe.
 */
public final class StartedTopic {
    private final SseHub hub;
    private final String topic;
    private final EventId start;

    StartedTopic(SseHub hub, String topic, EventId start) {
        this.hub = hub;
        this.topic = topic;
        this.start = start;
    }

    /** Publishes an event to this topic as {@link SseHub#publish} does. */
    public CompletionStage<EventId> publish(SseEvent event) {
        return hub.publish(LogEntry.Kind.EVENT, topic, start, event);
    }

    /** Publishes the last event of this topic as {@link SseHub#complete} does. */
    public CompletionStage<EventId> complete(SseEvent last) {
        return hub.publish(LogEntry.Kind.LAST, topic, start, Objects.requireNonNull(last, "last"));
    }

    /**
     * Runs an action once, when this topic has ended, was removed or was started again, on any node. The action runs at
     * once if that is the case already.
     *
     * @param action an action that returns at once and does not throw. It runs on the thread that delivers the end;
     *     with a store, that is the thread of its tail
     */
    public void onEnd(Runnable action) {
        hub.log().onEnd(topic, start, Objects.requireNonNull(action, "action"));
    }
}
