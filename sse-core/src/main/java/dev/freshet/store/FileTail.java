package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tail of a file store. Thread-safe. */
final class FileTail implements EventStore.Tail {
    private static final Logger logger = LoggerFactory.getLogger(FileEventStore.class);

    private final EventStore.Sink sink;
    private boolean closed;

    FileTail(EventStore.Sink sink) {
        this.sink = sink;
    }

    /** @throws CancellationException if the tail has not begun yet and the hub does not need it any more */
    void requireNeeded() {
        if (sink.isOver()) {
            throw new CancellationException("store: the tail is not needed any more");
        }
    }

    synchronized void begins(EventId floor) {
        if (!closed) {
            sink.begins(floor);
        }
    }

    /** Delivers the end or the start of a topic from before the history. */
    synchronized void before(Kept state) {
        StoredEntry entry = state.entry();
        if (!closed && entry.kind() == StoredEntry.Kind.LAST) {
            sink.ended(entry.topic(), entry.start(), state.id(), state.time());
        } else if (!closed && entry.kind() == StoredEntry.Kind.START) {
            sink.startedBefore(entry.topic(), state.id());
        }
    }

    synchronized void entry(EventId id, long time, StoredEntry entry) {
        if (closed) {
            return;
        }
        try {
            sink.entry(id, time, entry);
        } catch (Throwable e) {
            logger.warn("store: entry {} was not taken", id, e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
