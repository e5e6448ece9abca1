package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What comes from a hub's store into its logs. A tail that is begun anew, because the one before failed while it loaded, goes on
 * where that had come to. Thread-safe; a sink as a store calls it.
 */
final class StoreTail implements EventStore.Sink {
    private static final Logger logger = HubLogger.LOGGER;

    private final int eventIdBytes;
    private final HubLog log;
    private final AwaitedPlaces awaited;
    private final TopicLeases leases;
    private final HubStoreCounts counts;
    private final TailStart start;
    private final Complaints complaints = new Complaints(Duration.ofMinutes(1));
    private final AtomicBoolean warned = new AtomicBoolean();

    // Its caller's.
    private boolean hasBegun;
    /** What an earlier tail had brought when it failed, until this one has come behind it; else null. */
    private @Nullable EventId known;
    /** An entry has come. */
    private boolean hasEntries;

    StoreTail(StoreOptions options, HubLog log, AwaitedPlaces awaited, TopicLeases leases, HubStoreCounts counts) {
        this.eventIdBytes = options.eventIdBytes();
        EventStore store = options.store();
        this.log = log;
        this.awaited = awaited;
        this.leases = leases;
        this.counts = counts;
        this.start = new TailStart(store, this, () -> {
            log.loaded();
            leases.loaded(store.isShared());
        });
    }

    /**
     * Blocks until what the store keeps is in the logs, or it cannot be read, or it is time.
     *
     * @throws IllegalStateException if it is to be there and is not
     */
    void start(StoreStart ifNot, Duration timeout) {
        start.run(ifNot, timeout);
    }

    boolean isLoaded() {
        return start.whyNot() == null;
    }

    /** Null once it is. */
    @Nullable
    String whyNotLoaded() {
        return start.whyNot();
    }

    /** Nothing of the tail comes any more after the return; of one that is not begun, nothing that comes is heeded. */
    void close() {
        start.close();
    }

    @Override
    public boolean isOver() {
        return start.isClosed();
    }

    private boolean isKnown(EventId id) {
        if (known != null && id.compareTo(known) > 0) {
            known = null; // what goes back from here on is a mistake of the store's
        }
        return known != null;
    }

    @Override
    public void begins(EventId floor) {
        if (isOver()) {
            return;
        }
        known = hasBegun ? log.latest() : null;
        EventId before = hasBegun ? log.latest() : new EventId(0, 0);
        hasBegun = true;
        if (!isKnown(floor)) {
            awaited.lost(before, floor);
            log.begin(floor);
            awaited.tell();
        }
    }

    @Override
    public void ended(String topic, @Nullable EventId start, EventId last, long time) {
        boolean wasTold = known != null && hasEntries; // all that had ended, before the first entry
        if (!isOver() && !wasTold) {
            log.ended(topic, start, last, time);
        }
    }

    @Override
    public void startedBefore(String topic, EventId start) {
        if (!isOver()) {
            leases.reader().startedBefore(topic, start);
        }
    }

    @Override
    public void entry(EventId id, long time, StoredEntry entry) {
        if (isOver() || isKnown(id)) {
            return;
        }
        hasEntries = true;
        EventId latest = log.latest();
        counts.read(time);
        if (id.compareTo(latest) <= 0) {
            counts.refused();
            if (complaints.isDue()) {
                logger.error(
                        "store: entry {} after {} (expected: one above it); its topic's followers are reset",
                        id,
                        latest);
            }
            log.lost(entry.topic(), latest);
            return;
        }
        if (!log.isOwn(id)) {
            counts.refused();
            if (complaints.isDue()) {
                logger.error(
                        "store: entry {} of another incarnation than {} (expected: lost(floor) before it)", id, latest);
            }
            awaited.lost(latest, id); // it is among what nobody can tell
            log.begin(id);
            awaited.tell();
            return;
        }
        try {
            log.write(toLog(id, entry), id, time);
        } catch (Throwable e) {
            if (isOver()) {
                return; // it came while the hub was closed
            }
            // Such as one that is larger than this node allows: who follows the topic is told that something is
            // missing.
            counts.refused();
            String name = entry.topic().replaceAll("\\p{Cntrl}", "?"); // a client may have chosen it
            logger.warn("event {} of topic \"{}\" cannot be kept: {}", id, name, e.toString());
            awaited.lost(latest, id);
            log.lost(entry.topic(), id);
        }
        leases.reader().brought(entry);
        awaited.tell();
    }

    @Override
    public void lost(EventId floor) {
        if (isOver() || isKnown(floor)) {
            return;
        }
        EventId latest = log.latest();
        if (floor.compareTo(latest) <= 0) {
            logger.error("store: lost({}) after {} (expected: a floor above it)", floor, latest);
        }
        logger.warn(
                "store: entries after {} are lost; it goes on after {}, and who comes from before is reset",
                latest,
                floor);
        counts.lost();
        awaited.lost(latest, floor);
        log.begin(floor);
        awaited.tell();
    }

    /** As another node wrote it; without its own id where that is one that this hub would refuse. */
    private LogEntry toLog(EventId id, StoredEntry stored) {
        return Entries.toLog(stored, keptId(id, stored.eventId()));
    }

    /** The event's own id, or null where it has none or another node took one that this hub would refuse. */
    private @Nullable String keptId(EventId id, @Nullable String eventId) {
        try {
            Entries.checkEventId(eventId, eventIdBytes);
            return eventId;
        } catch (IllegalArgumentException e) {
            if (warned.getAndSet(true)) {
                logger.debug("event {}: its own id is left out: {}", id, e.getMessage());
            } else {
                logger.warn("event {}: its own id is left out, as that of each like it: {}", id, e.getMessage());
            }
            return null;
        }
    }
}
