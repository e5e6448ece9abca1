package dev.freshet.hub;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicNameException;
import dev.freshet.store.StoredEntry;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The checks and conversions of entries: from published events to those of the log, and to and from those of a store.
 * Stateless.
 */
final class Entries {
    /** The longest name of a topic, in UTF-16 units. */
    static final int LONGEST_TOPIC = 1024;

    private Entries() {}

    static LogEntry of(LogEntry.Kind given, String topic, SseEvent event, @Nullable String ownId) {
        LogEntry.Kind kind = given == LogEntry.Kind.EVENT && event.isUrgent() ? LogEntry.Kind.URGENT : given;
        byte[] bytes = ownId == null ? EventEncoder.encodeBody(event) : EventEncoder.encode(event);
        return new LogEntry(kind, topic, bytes, ownId);
    }

    static StoredEntry toStore(LogEntry entry, @Nullable SseEvent event) {
        String ownId = entry.ownId();
        byte[] body = event == null || ownId == null ? entry.encoded() : EventEncoder.encodeBody(event);
        return new StoredEntry(
                StoredEntry.Kind.valueOf(entry.kind().name()), entry.topic(), body, ownId, entry.start());
    }

    /** @param ownId the own id of the entry, or null to leave it out */
    static LogEntry toLog(StoredEntry stored, @Nullable String ownId) {
        byte[] encoded = stored.body();
        if (ownId != null) {
            byte[] end = EventEncoder.encode(SseEvent.builder().id(ownId).build());
            encoded = Arrays.copyOf(encoded, encoded.length + end.length);
            System.arraycopy(end, 0, encoded, stored.body().length, end.length);
        }
        LogEntry.Kind kind = LogEntry.Kind.valueOf(stored.kind().name());
        return new LogEntry(kind, stored.topic(), encoded, ownId, stored.start());
    }

    static void checkTopic(String topic) {
        Objects.requireNonNull(topic, "topic");
        if (topic.isEmpty() || topic.length() > LONGEST_TOPIC) {
            throw new TopicNameException("topic: " + topic.length() + " characters (expected: 1 to " + LONGEST_TOPIC
                    + "): \"" + topic.substring(0, Math.min(64, topic.length())) + "\"");
        }
    }

    static void checkEventId(@Nullable String id, int mostBytes) {
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
