package dev.freshet.store;

import static dev.freshet.store.StoreLogger.LOGGER;

import dev.freshet.event.EventId;
import dev.freshet.logging.LogText;
import dev.freshet.store.EntryFormat.Kept;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A tail of a file store. Thread-safe. */
final class FileTail implements EventStore.Tail {
    private static final long TOLD_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventStore.Sink sink;
    private boolean closed;
    /** The position of the latest entry that the sink did not take and was not told of as lost; null for none. */
    private @Nullable EventId unreported;
    /** When the sink was told of it the last time. */
    private long toldNanos;
    /** Whether it was logged that the sink did not take the loss. */
    private boolean isRefusalLogged;

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
        Thread.interrupted(); // by the sink: it would close the file that is read
    }

    /**
     * Delivers an entry of the history, before the tail has begun.
     *
     * @throws CancellationException if the hub does not need the tail any more
     * @throws IllegalStateException if the sink takes neither an entry nor its loss
     */
    synchronized void loaded(Kept kept) {
        requireNeeded();
        entry(kept.id(), kept.time(), kept.entry());
        if (unreported != null) {
            throw new IllegalStateException("store: the sink failed to accept the loss up to " + unreported);
        }
        Thread.interrupted();
    }

    synchronized void entry(EventId id, long time, StoredEntry entry) {
        if (closed) {
            return;
        }
        if (!reportLoss()) {
            unreported = id; // nothing is delivered above a gap that the sink does not know
            return;
        }
        try {
            sink.entry(id, time, entry);
        } catch (Throwable e) {
            unreported = id;
            LOGGER.error("store: the sink failed to accept entry {}", LogText.escaped(id, e));
            reportLoss();
        }
    }

    /** Tells of a loss that the sink did not take a second ago, also if no entry comes. */
    synchronized void tellLossAgain(long nowNanos) {
        if (!closed && unreported != null && nowNanos - toldNanos >= TOLD_AGAIN_NANOS) {
            reportLoss();
        }
    }

    /**
     * Tells the sink of a loss, again if it threw when it was told first. An entry is not delivered again.
     *
     * @return whether nothing is left to tell
     */
    private boolean reportLoss() {
        EventId floor = unreported;
        if (floor == null) {
            return true;
        }
        toldNanos = System.nanoTime();
        try {
            sink.lost(floor);
            unreported = null;
            isRefusalLogged = false;
            return true;
        } catch (Throwable e) {
            if (!isRefusalLogged) { // it is told again each second, and with each entry
                isRefusalLogged = true;
                LOGGER.error("store: the sink failed to accept the loss up to {}", LogText.escaped(floor, e));
            }
            return false;
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
