package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicEndedException;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * A topic as it was {@linkplain SseHub#start started}: what is published to it fails with {@link TopicEndedException} where it
 * has ended, was removed, or was started anew since. Thread-safe.
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

    /** Publishes to it, as {@link SseHub#publish} does. */
    public CompletionStage<EventId> publish(SseEvent event) {
        return hub.publish(LogEntry.Kind.EVENT, topic, start, event);
    }

    /** Completes it, as {@link SseHub#complete} does. */
    public CompletionStage<EventId> complete(SseEvent last) {
        return hub.publish(LogEntry.Kind.LAST, topic, start, Objects.requireNonNull(last, "last"));
    }

    /**
     * Has an action run once, when it has ended, was removed or was started anew, by whatever node; at once where that is so
     * already.
     *
     * @param action run by the thread that brings the end, with a store its tail's: it must return at once, and must not throw
     */
    public void onEnd(Runnable action) {
        hub.log().onEnd(topic, start, Objects.requireNonNull(action, "action"));
    }
}
