package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes entries to the logs of topics, one at a time. Guarded by the lock of {@link HubLog}. */
final class LogWriter {
    private final HubLog owner;
    private final Topics topics;
    private final byte[] ending = new byte[HubLog.ID_BYTES];
    private long events;
    private @Nullable TopicLog changed;

    LogWriter(HubLog owner, Topics topics) {
        this.owner = owner;
        this.topics = topics;
    }

    /** How many events were written. */
    long events() {
        return events;
    }

    /** The log whose followers are to be told since this was asked last, or null; also where what came after it has failed. */
    @Nullable
    TopicLog takeChanged() {
        TopicLog log = changed;
        changed = null;
        return log;
    }

    /** Returns whether the entry is in the logs now: a store's entry behind an end changes nothing on any node. */
    boolean write(LogEntry entry, EventId id, boolean isStored, long now) {
        if (entry.kind() == LogEntry.Kind.REMOVAL) {
            owner.published(id);
            changed = topics.remove(entry.topic(), id);
            return true; // also where there was nothing to remove
        }
        TopicLog log = topics.log(entry.topic(), owner.endTime(id));
        RuntimeException refused = refused(log, entry, isStored);
        if (refused != null) {
            topics.left(log);
            if (!isStored) {
                throw refused;
            }
            owner.published(id);
            return false;
        }
        if (entry.kind() == LogEntry.Kind.START) {
            log.dropAll();
            log.start(id);
            owner.published(id);
            changed = log;
            topics.written(log);
            return true;
        }
        int endingLength = entry.ownId() == null ? writeEnding(id) : 0;
        long written = owner.time().uptimeOfNext(id, owner.isLoading());
        log.append(id, written, entry.encoded(), ending, endingLength, entry.ownId());
        owner.published(id);
        changed = log;
        events++;
        if (entry.kind() == LogEntry.Kind.LAST) {
            topics.end(log, id); // behind the mark: who sees the end sees what was published before it
        }
        log.trim(now);
        topics.written(log);
        return true;
    }

    /** Why the entry has no place in its topic, or null. */
    private @Nullable RuntimeException refused(TopicLog log, LogEntry entry, boolean isStored) {
        if (entry.kind() == LogEntry.Kind.START) {
            // Whether a stored start counts depends on nothing that one node knows and another does not.
            boolean isOpen = isStored ? log.start() != null : log.state() == TopicState.OPEN;
            if (log.isEnded() || isOpen) {
                return new TopicStartedException(log.topic(), log.state());
            }
            return !isStored && owner.budget().isOverNames() ? new TooManyTopicsException() : null;
        }
        boolean isOfAnother = entry.start() != null && !entry.start().equals(log.start());
        return log.isEnded() || isOfAnother ? new TopicEndedException(log.topic()) : null;
    }

    private int writeEnding(EventId id) {
        byte[] line = ("id: " + id + "\n\n").getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(line, 0, ending, 0, line.length);
        return line.length;
    }
}
