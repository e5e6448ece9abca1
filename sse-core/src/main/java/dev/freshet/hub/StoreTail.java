package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.logging.LogText;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The reader of a hub's store, which writes the entries to the logs. If a tail has failed during the load, the next one
 * continues after the last entry that it delivered. Thread-safe; the methods of the sink are called one at a time, as
 * {@link EventStore.Sink} requires.
 */
final class StoreTail implements EventStore.Sink {
    private static final Logger logger = HubLogger.LOGGER;

    private final int eventIdBytes;
    private final HubLog log;
    private final AwaitedPositions awaited;
    private final TopicLeases leases;
    private final HubStoreCounts counts;
    private final TailStart start;
    private final LogRateLimit logRateLimit = new LogRateLimit(Duration.ofMinutes(1));
    private final AtomicBoolean warned = new AtomicBoolean();

    // Confined to the calls of the sink, which come one at a time.
    private boolean hasBegun;
    /** The newest position that an earlier, failed tail had delivered, until this tail has passed it; else null. */
    private @Nullable EventId known;
    /** Whether an entry has been delivered. */
    private boolean hasEntries;

    StoreTail(StoreOptions options, HubLog log, AwaitedPositions awaited, TopicLeases leases, HubStoreCounts counts) {
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
     * Starts the tail. Blocks until the logs have the entries of the store, the store cannot be read, or the timeout is
     * over.
     *
     * @throws IllegalStateException if the load is required and has not succeeded
     */
    void start(StoreStart ifNot, Duration timeout) {
        start.run(ifNot, timeout);
    }

    boolean isLoaded() {
        return start.whyNot() == null;
    }

    /** Returns the reason why the logs do not have the entries of the store; null once they have them. */
    @Nullable
    String whyNotLoaded() {
        return start.whyNot();
    }

    /** Closes the tail. No entry is delivered after the return; deliveries of a tail that has not begun are ignored. */
    void close() {
        start.close();
    }

    @Override
    public boolean isOver() {
        return start.isClosed();
    }

    private boolean isKnown(EventId id) {
        if (known != null && id.compareTo(known) > 0) {
            known = null; // a lower position from here on is a fault of the store
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
            awaited.completeReached();
        }
    }

    @Override
    public void ended(String topic, @Nullable EventId start, EventId last, long time) {
        boolean isRepeated = known != null && hasEntries; // ended topics all come before the first entry
        if (!isOver() && !isRepeated) {
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
            counts.outOfPlace();
            if (logRateLimit.isDue()) {
                logger.error(
                        "store: entry {} after {} (expected: one above it); its topic's followers are reset",
                        id,
                        latest);
            }
            log.lost(entry.topic(), latest);
            return;
        }
        if (!log.isOwn(id)) {
            counts.outOfPlace();
            if (logRateLimit.isDue()) {
                logger.error(
                        "store: entry {} of another incarnation than {} (expected: lost(floor) before it)", id, latest);
            }
            awaited.lost(latest, id); // entries before it may be missing
            log.begin(id);
            awaited.completeReached();
            return;
        }
        try {
            log.write(toLog(id, entry), id, time);
        } catch (Throwable e) {
            if (isOver()) {
                return; // the hub was closed during the delivery
            }
            // Such as an event that is larger than this node allows. The followers of the topic are reset.
            counts.refused();
            String name = LogText.escaped(entry.topic()); // a client may have chosen it
            logger.warn("event {} of topic \"{}\" cannot be kept: {}", id, name, e.toString());
            awaited.lost(latest, id);
            log.lost(entry.topic(), id);
        }
        leases.reader().delivered(entry);
        awaited.completeReached();
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
                "store: entries after {} are lost; it continues after {}, and clients with an earlier position are reset",
                latest,
                floor);
        counts.lost();
        awaited.lost(latest, floor);
        log.begin(floor);
        awaited.completeReached();
    }

    /** Converts an entry of a node, without its own id if this hub would reject that id. */
    private LogEntry toLog(EventId id, StoredEntry stored) {
        return Entries.toLog(stored, keptId(id, stored.eventId()));
    }

    /** Returns the own id of an event, or null if it has none or this hub would reject it. */
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
