package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The writer of entries to the logs of topics. It takes the lock of {@link HubLog}, which guards its fields, writes one
 * entry at a time, and wakes the followers outside the lock.
 */
final class LogWriter {
    private static final int ID_BYTES = 64;

    private final LogState state;
    private final IdSequence ids;
    private final Topics topics;
    private final FollowerWatches watches;
    private final LongConsumer housekeeping;
    private final byte[] ending = new byte[ID_BYTES];
    private long events;
    private long bytes;
    private @Nullable TopicLog changed;
    /** The nanoseconds for which the readers of {@link #changed} may wait. */
    private long linger;

    /** @param housekeeping called under the lock with the uptime, after each entry */
    LogWriter(LogState state, Topics topics, FollowerWatches watches, LongConsumer housekeeping) {
        this.state = state;
        this.ids = state.ids();
        this.topics = topics;
        this.watches = watches;
        this.housekeeping = housekeeping;
    }

    /** See {@link HubLog#write}. */
    EventId write(LogEntry entry) {
        requireFits(entry);
        return locked(entry, () -> {
            EventId id = state.latest().next(state.time().millis());
            write(entry, id, id.millis(), false);
            return id;
        });
    }

    /** See {@link HubLog#write(LogEntry, EventId, long)}. */
    @Nullable
    EventId write(LogEntry entry, EventId given, long time) {
        requireSmall(entry);
        return locked(entry, () -> {
            if (given.compareTo(state.latest()) <= 0) {
                return null;
            }
            state.time().entry(time);
            return write(entry, given, time, true) ? given : null;
        });
    }

    private <T extends @Nullable EventId> T locked(LogEntry entry, Supplier<T> action) {
        state.lock();
        try {
            state.requireOpen();
            T id = action.get();
            housekeeping.accept(state.time().uptime());
            return id;
        } finally {
            long wait = linger;
            TopicLog woken = takeChanged();
            state.unlock();
            if (woken != null) {
                woken.wake(wait);
            }
            watches.tell(entry.topic());
        }
    }

    /** See {@link HubLog#requireFits}. */
    void requireFits(LogEntry entry) {
        if (entry.kind() == LogEntry.Kind.START
                && !state.retentions().of(entry.topic()).isResumable()) {
            throw new IllegalArgumentException(
                    "topic: \"" + entry.topic()
                            + "\", whose retention is none() (expected: one that retains something, for a topic that is started)");
        }
        requireSmall(entry);
    }

    private void requireSmall(LogEntry entry) {
        int bytes = entry.hasEvent() ? entry.encoded().length : 0;
        long most = state.retentions().of(entry.topic()).maxBytes() - ID_BYTES;
        if (bytes > most) {
            throw new IllegalArgumentException(
                    "event: " + bytes + " bytes (expected: at most " + most + ", from retention.maxBytes)");
        }
    }

    /** See {@link HubLog#lost}. */
    void lost(String topic, EventId id) {
        TopicLog lagged = state.underLock(() -> {
            if (state.isClosed() || id.compareTo(state.latest()) < 0) {
                return null;
            }
            TopicLog lost = topics.lose(topic, id);
            state.published(id);
            return lost;
        });
        if (lagged != null) {
            lagged.wake(0);
        }
    }

    /** Returns the number of events that were written. */
    long events() {
        return events;
    }

    /** Returns their encoded bytes. */
    long bytes() {
        return bytes;
    }

    /**
     * Returns, once, the log whose followers are to be woken, or null; also after a failure that came after the write.
     */
    private @Nullable TopicLog takeChanged() {
        assert state.isLocked();
        TopicLog log = changed;
        changed = null;
        linger = 0;
        return log;
    }

    /**
     * Writes an entry; returns whether it is in the logs now. A store's entry after an end changes nothing on any node.
     */
    private boolean write(LogEntry entry, EventId id, long time, boolean isStored) {
        assert state.isLocked();
        if (entry.kind() == LogEntry.Kind.REMOVAL) {
            state.published(id);
            changed = topics.remove(entry.topic(), id);
            return true; // even if there was nothing to remove
        }
        if (entry.kind() == LogEntry.Kind.RENEWAL || entry.kind() == LogEntry.Kind.PROBE) {
            state.published(id);
            return true; // it changes nothing that followers read
        }
        TopicLog log = topics.log(entry.topic(), state.endTime());
        EventId start = entry.start();
        if (isStored && start != null && isOfBeforeHistory(log, start)) {
            log.startedBefore(start);
        }
        RuntimeException refused = refused(log, entry, isStored);
        if (refused != null) {
            topics.left(log);
            if (!isStored) {
                throw refused;
            }
            boolean isUnknown =
                    entry.start() != null && !log.isEnded() && log.life().start() == null;
            changed = isUnknown ? topics.lose(entry.topic(), id) : null; // another node may have taken the entry
            state.published(id);
            return false;
        }
        if (entry.kind() == LogEntry.Kind.START) {
            log.dropAll();
            log.start(id);
            state.published(id);
            changed = log;
            topics.written(log);
            return true;
        }
        int endingLength = entry.ownId() == null ? writeEnding(id) : 0;
        long written = state.time().uptimeOfNext(time, state.isLoading());
        log.append(id, written, entry.encoded(), ending, endingLength, entry.ownId());
        state.published(id);
        changed = log;
        int size = entry.encoded().length + endingLength;
        linger = log.linger.appended(size, entry.kind() != LogEntry.Kind.EVENT);
        events++;
        bytes += size;
        if (entry.kind() == LogEntry.Kind.LAST) {
            topics.end(log, id); // after the mark: a reader that finds the end finds what was published before it
        }
        log.trim(state.time().uptime());
        topics.written(log);
        return true;
    }

    /** See {@link HubLog#ended}. */
    void endedBefore(String topic, TopicEnd end) {
        assert state.isLocked();
        if (topics.known(topic) == null) {
            topics.endedBefore(topic, end);
        }
    }

    /** See {@link HubLog#startedBefore}. */
    void startedBefore(String topic, EventId start) {
        assert state.isLocked();
        TopicLog log = topics.log(topic, state.endTime());
        if (isOfBeforeHistory(log, start)) {
            log.startedBefore(start);
        }
        topics.left(log);
    }

    /**
     * Returns whether a start is before the history of the store, and no entry since then has ended, removed or
     * restarted the topic. The topic is then still the one that was started there.
     */
    private boolean isOfBeforeHistory(TopicLog log, EventId start) {
        return log.life().start() == null
                && !log.isEnded()
                && log.floor().compareTo(ids.base()) <= 0
                && start.compareTo(ids.base()) <= 0;
    }

    /** Returns the reason why a topic does not take an entry, or null. */
    private @Nullable RuntimeException refused(TopicLog log, LogEntry entry, boolean isStored) {
        if (entry.kind() == LogEntry.Kind.START) {
            // Whether a stored start counts depends only on what is the same on all nodes.
            boolean isOpen = isStored ? log.life().start() != null : log.life().state() == TopicState.OPEN;
            if (log.isEnded() || isOpen) {
                return new TopicStartedException(log.topic(), log.life().state());
            }
            return !isStored && state.budget().isOverNames() ? new TooManyTopicsException() : null;
        }
        boolean isOfAnother =
                entry.start() != null && !entry.start().equals(log.life().start());
        return log.isEnded() || isOfAnother ? new TopicEndedException(log.topic()) : null;
    }

    private int writeEnding(EventId id) {
        byte[] line = ("id: " + id + "\n\n").getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(line, 0, ending, 0, line.length);
        return line.length;
    }
}
