package dev.freshet.netty.redis;

import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import io.lettuce.core.StreamMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the stream's entries as they were read, one after the other, and calls the sink: each entry that was appended behind the one
 * read before is delivered. Where one was appended behind a later one, those between are gone. Where one was appended behind an
 * earlier one, the stream is another than the one that was read, and nothing is delivered until a marker tells all nodes.
 *
 * <p>Confined to the tail's thread.
 */
final class Delivery {
    private static final Logger logger = LoggerFactory.getLogger(RedisEventStore.class);

    private final EventStore.Sink sink;
    private boolean hasBegun;
    private boolean isAstray;
    private StreamId place = StreamId.NONE;
    private long incarnation;

    Delivery(EventStore.Sink sink) {
        this.sink = sink;
    }

    /** The last that was read. */
    StreamId place() {
        return place;
    }

    boolean isAstray() {
        return isAstray;
    }

    /** The incarnation of what was not delivered because it does not follow; empty where all does. */
    String astray() {
        return isAstray ? Long.toString(incarnation) : "";
    }

    void take(StreamMessage<String, byte[]> message) {
        StreamEntry entry;
        try {
            entry = StreamEntry.of(message);
        } catch (IllegalArgumentException e) {
            logger.error("store: entry {} is not of a hub, and left out: {}", message.getId(), e.getMessage());
            place = StreamId.parse(message.getId());
            return;
        }
        if (!hasBegun) {
            hasBegun = true;
            sink.begins(entry.floor());
        } else {
            follow(entry);
        }
        place = entry.id();
        incarnation = entry.incarnation();
        StoredEntry stored = entry.entry();
        if (stored != null && !isAstray) {
            deliver(entry, stored);
        }
    }

    private void deliver(StreamEntry entry, StoredEntry stored) {
        try {
            sink.entry(entry.eventId(), entry.time(), stored);
        } catch (Throwable e) {
            logger.error("store: the sink did not take entry {}", entry.id(), e);
            sink.lost(entry.eventId());
        }
    }

    private void follow(StreamEntry entry) {
        int gap = entry.previous().compareTo(place);
        if (entry.isMarker() || gap > 0) { // who begins later hears of a marker as those did who were there
            isAstray = false;
            sink.lost(entry.floor());
        } else if (gap < 0 && !isAstray) {
            isAstray = true;
            logger.warn("store: entry {} was appended behind {}, not {}", entry.id(), entry.previous(), place);
        }
    }
}
