package dev.freshet.hub;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicNameException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From what an application publishes to what is written: checked, and encoded once. */
final class Entries {
    private Entries() {}

    static LogEntry of(LogEntry.Kind kind, String topic, SseEvent event, @Nullable String ownId) {
        byte[] bytes = ownId == null ? EventEncoder.encodeBody(event) : EventEncoder.encode(event);
        return new LogEntry(kind, topic, bytes, ownId);
    }

    static void checkTopic(String topic) {
        Objects.requireNonNull(topic, "topic");
        if (topic.isEmpty() || topic.length() > SseHub.LONGEST_TOPIC) {
            throw new TopicNameException("topic: " + topic.length() + " characters (expected: 1 to "
                    + SseHub.LONGEST_TOPIC + "): \"" + topic.substring(0, Math.min(64, topic.length())) + "\"");
        }
    }

    static void checkEventId(SseEvent event, int mostBytes) {
        String id = Objects.requireNonNull(event, "event").id();
        if (id == null) {
            return;
        }
        if (id.isEmpty() || EventId.tryParse(id) != null) {
            throw new IllegalArgumentException(
                    "event.id: \"" + id + "\" (expected: not empty and not of the hub's own form, millis-sequence)");
        }
        LastEventId.check(id, mostBytes);
    }

    static int positive(String name, int value, int most) {
        if (value <= 0 || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + most + ")");
        }
        return value;
    }
}
