package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The delivery of a tail: the checks that each entry follows the one before, and the calls of the sink. Every entry
 * names the place of the entry that it was appended after:
 *
 * <ul>
 * <li>If that is the last entry delivered, the entry is delivered.
 * <li>If it is later, the entries between are lost. The sink is told of the loss, and the entry is delivered.
 * <li>Otherwise the history diverges from the delivered one. Nothing is delivered until a marker tells all nodes of the
 * loss.
 * </ul>
 *
 * <p>Confined to the tail's thread.
 */
final class Delivery {
    private static final Logger logger = RedisLogger.LOGGER;

    private final EventStore.Sink sink;
    private final EntryReader reader = new EntryReader();
    private boolean hasBegun;
    /** Whether the entries read diverge from the delivered history. */
    private boolean isDiverged;

    private String cursor = StreamId.NONE.toString();
    private EntryPosition place = EntryPosition.NONE;
    /** The floor of a loss of which the sink could not be told yet, or null. */
    private @Nullable EventId untold;

    Delivery(EventStore.Sink sink) {
        this.sink = sink;
    }

    /** Returns the id of the last entry that was read, which may be one that no hub wrote. */
    String cursor() {
        return cursor;
    }

    /** Returns the place of the last entry of the history that was delivered. */
    EntryPosition place() {
        return place;
    }

    /** Returns whether the last entry that was read diverges from the delivered history. */
    boolean isDiverged() {
        return isDiverged;
    }

    /** Delivers an entry, or tells the sink of a loss. An entry that no hub wrote is logged and skipped. */
    void accept(StreamMessage<String, byte[]> message) {
        tellLoss();
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
        } else if (followsLoss(entry)) {
            isDiverged = false;
            advance(message, entry);
            untold = entry.eventId(); // stays set if the sink throws; the entry is then not delivered
            sink.lost(entry.floor());
            untold = null;
        } else if (!isDiverged && !entry.previous().equals(place)) {
            isDiverged = true;
            logger.warn("store: entry {} was appended behind {}, not {}", entry.place(), entry.previous(), place);
        }
        advance(message, entry);
        StoredEntry stored = entry.entry();
        if (stored != null && !isDiverged) {
            deliver(entry, stored);
        }
    }

    private boolean followsLoss(StreamEntry entry) {
        return entry.isMarker() // a tail that begins later is told of a marker as well
                || place.isBefore(entry.base())
                || !isDiverged && place.isBefore(entry.previous().id());
    }

    private void advance(StreamMessage<String, byte[]> message, StreamEntry entry) {
        cursor = message.getId();
        if (!isDiverged) {
            place = entry.place();
        }
    }

    private void deliver(StreamEntry entry, StoredEntry stored) {
        try {
            sink.entry(entry.eventId(), entry.time(), stored);
        } catch (Throwable e) {
            logger.error("store: the sink did not take entry {}", entry.place().id(), e);
            untold = entry.eventId();
            tellLoss();
        }
    }

    /**
     * Moves the cursor back to the delivered place, if the cursor is after the end of the stream: the entries after it
     * are not in the stream any more.
     *
     * @param newest the newest id of the stream, as it was checked
     */
    void rewind(StreamId newest) {
        EventId read = EventId.tryParse(cursor);
        if (read == null || read.compareTo(new EventId(newest.millis(), newest.sequence())) > 0) {
            cursor = place.id().toString();
        }
    }

    /** Tells the sink of a loss, if the sink threw when it was told first. */
    void tellLoss() {
        if (untold != null) {
            sink.lost(untold);
            untold = null;
        }
    }
}
