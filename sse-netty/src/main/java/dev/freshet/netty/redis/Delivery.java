package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the stream's entries as they were read, one after the other, and calls the sink: each entry that was appended behind the one
 * delivered before is delivered. Where one was appended behind a later one, those between are gone. Where one was appended behind
 * another, the stream is not the one that was read, and nothing is delivered until a marker tells all nodes.
 *
 * <p>Confined to the tail's thread.
 */
final class Delivery {
    private static final Logger logger = LoggerFactory.getLogger(RedisEventStore.class);

    private final EventStore.Sink sink;
    private final EntryReader reader = new EntryReader();
    private boolean hasBegun;
    private boolean isAstray;
    private String cursor = StreamId.NONE.toString();
    private Place place = Place.NONE;
    /** A loss that the sink could not be told yet. */
    private @Nullable EventId owed;

    Delivery(EventStore.Sink sink) {
        this.sink = sink;
    }

    /** The id of the last that was read, which may be of others. */
    String cursor() {
        return cursor;
    }

    /** The last entry of the history that is delivered. */
    Place place() {
        return place;
    }

    /** Whether an entry was read that does not follow. */
    boolean isAstray() {
        return isAstray;
    }

    void take(StreamMessage<String, byte[]> message) {
        settle();
        StreamEntry entry;
        try {
            entry = reader.read(message);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            logger.error("store: entry {} is not of a hub, and left out: {}", message.getId(), e.getMessage());
            cursor = message.getId();
            return;
        }
        if (!hasBegun) {
            sink.begins(entry.floor());
            hasBegun = true;
        } else if (isBehindALoss(entry)) {
            isAstray = false;
            move(message, entry);
            owed = entry.eventId(); // it is not delivered where the sink cannot be told
            sink.lost(entry.floor());
            owed = null;
        } else if (!isAstray && !entry.previous().equals(place)) {
            isAstray = true;
            logger.warn("store: entry {} was appended behind {}, not {}", entry.place(), entry.previous(), place);
        }
        move(message, entry);
        StoredEntry stored = entry.entry();
        if (stored != null && !isAstray) {
            deliver(entry, stored);
        }
    }

    private boolean isBehindALoss(StreamEntry entry) {
        return entry.isMarker() // who begins later hears of a marker as those did who were there
                || place.isBefore(entry.base())
                || !isAstray && place.isBefore(entry.previous().id());
    }

    private void move(StreamMessage<String, byte[]> message, StreamEntry entry) {
        cursor = message.getId();
        if (!isAstray) {
            place = entry.place();
        }
    }

    private void deliver(StreamEntry entry, StoredEntry stored) {
        try {
            sink.entry(entry.eventId(), entry.time(), stored);
        } catch (Throwable e) {
            logger.error("store: the sink did not take entry {}", entry.place().id(), e);
            owed = entry.eventId();
            settle();
        }
    }

    /**
     * The stream was checked: what was read behind its end is not in it any more.
     *
     * @param newest its newest id
     */
    void rewind(StreamId newest) {
        EventId read = EventId.tryParse(cursor);
        if (read == null || read.compareTo(new EventId(newest.millis(), newest.sequence())) > 0) {
            cursor = place.id().toString();
        }
    }

    /** Tells the sink of a loss, where it failed when it was told. */
    void settle() {
        if (owed != null) {
            sink.lost(owed);
            owed = null;
        }
    }
}
