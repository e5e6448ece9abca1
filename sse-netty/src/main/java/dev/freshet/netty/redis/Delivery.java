package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The delivery of a tail: the checks that each entry follows the one before, and the calls of the sink. Every entry has
 * the position of the entry that it was appended after:
 *
 * <ul>
 * <li>If that is the last entry delivered, the entry is delivered.
 * <li>If it is later, the entries between are lost. The loss is reported to the sink, and the entry is delivered.
 * <li>Otherwise the history diverges from the delivered one. No entry is delivered until a marker reports the loss to
 * all nodes.
 * </ul>
 *
 * <p>Confined to the tail's thread.
 */
final class Delivery {
    private static final Logger logger = RedisLogger.LOGGER;

    private final OwnThread thread = new OwnThread();
    private final EventStore.Sink sink;
    private final String ownTokens;
    private final EntryReader reader = new EntryReader();
    private boolean hasBegun;
    /** Whether the entries read diverge from the delivered history. */
    private boolean isDiverged;

    private String cursor = StreamId.NONE.toString();
    private EntryPosition position = EntryPosition.NONE;
    private EntryPosition own = EntryPosition.NONE;
    /** The floor of a loss that is not reported to the sink yet, or null. */
    private @Nullable EventId unreported;

    /**
     * Creates a delivery that has not begun.
     *
     * @param session the name of the store's appender
     */
    Delivery(EventStore.Sink sink, String session) {
        this.sink = sink;
        this.ownTokens = session + ".";
    }

    /** Returns the id of the last entry that was read, which may be one that no hub wrote. */
    String cursor() {
        return cursor;
    }

    /** Returns the position of the last entry of the history that was delivered. */
    EntryPosition position() {
        return position;
    }

    /** Returns the position of the last entry of this store that was delivered since a loss; none before. */
    EntryPosition own() {
        return own;
    }

    /** Returns whether the last entry that was read diverges from the delivered history. */
    boolean isDiverged() {
        return isDiverged;
    }

    /** Delivers an entry, or reports a loss to the sink. An entry that no hub wrote is logged and skipped. */
    void accept(StreamMessage<String, byte[]> message) {
        assert thread.isCurrent();
        reportLoss();
        StreamEntry entry;
        try {
            entry = reader.read(message);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            logger.error("store: entry {} is not of a hub, and skipped: {}", message.getId(), e.getMessage());
            cursor = message.getId();
            return;
        }
        if (!hasBegun) {
            sink.begins(entry.floor());
            hasBegun = true;
        } else if (followsLoss(entry)) {
            isDiverged = false;
            own = EntryPosition.NONE;
            advance(message, entry);
            unreported = entry.eventId(); // stays set if the sink throws; the entry is then not delivered
            sink.lost(entry.floor());
            unreported = null;
        } else if (!isDiverged && !entry.previous().equals(position)) {
            isDiverged = true;
            logger.warn("store: entry {} was appended after {}, not {}", entry.position(), entry.previous(), position);
        }
        advance(message, entry);
        StoredEntry stored = entry.entry();
        if (stored != null && !isDiverged) {
            deliver(entry, stored);
        }
    }

    private boolean followsLoss(StreamEntry entry) {
        return entry.isMarker() // a marker is reported to a tail that begins later, too
                || position.isBefore(entry.base())
                || !isDiverged && position.isBefore(entry.previous().id());
    }

    private void advance(StreamMessage<String, byte[]> message, StreamEntry entry) {
        cursor = message.getId();
        if (!isDiverged) {
            position = entry.position();
            if (position.token().startsWith(ownTokens)) {
                own = position;
            }
        }
    }

    private void deliver(StreamEntry entry, StoredEntry stored) {
        try {
            sink.entry(entry.eventId(), entry.time(), stored);
        } catch (Throwable e) {
            logger.error(
                    "store: the sink failed to accept entry {}",
                    entry.position().id(),
                    e);
            unreported = entry.eventId();
            reportLoss();
        }
    }

    /**
     * Moves the cursor back to the delivered position, if the cursor is after the end of the stream, whose later
     * entries are lost.
     *
     * @param newest the newest id of the stream, as returned by the check
     */
    void rewind(StreamId newest) {
        assert thread.isCurrent();
        if (compareCursorTo(newest) > 0) {
            cursor = position.id().toString();
        }
    }

    /** Returns whether the last entry that was read is this one or a later one. */
    boolean hasRead(StreamId id) {
        return compareCursorTo(id) >= 0;
    }

    private int compareCursorTo(StreamId id) {
        EventId read = EventId.tryParse(cursor);
        return read == null ? 1 : read.compareTo(new EventId(id.millis(), id.sequence()));
    }

    /** Reports a loss to the sink again, if the sink threw when the loss was reported first. */
    void reportLoss() {
        assert thread.isCurrent();
        if (unreported != null) {
            sink.lost(unreported);
            unreported = null;
        }
    }
}
