package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicEndedException;
import dev.freshet.store.StoredEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Writes to the store what {@link TopicLeases} has to tell of topics, or ends them. Thread-safe. */
final class LeaseWriter {
    private static final Logger logger = HubLogger.LOGGER;

    /** Where entries go. */
    interface Door {
        /** Of a renewal or a question completes once this node's tail has brought it. */
        CompletionStage<EventId> append(LogEntry entry, @Nullable SseEvent event);

        /** How often the way to the store was broken, or entries were lost; it never falls. */
        long disturbances();
    }

    private final Door door;
    private final Complaints complaints = new Complaints(Duration.ofMinutes(1));
    private volatile boolean closed;

    LeaseWriter(Door door) {
        this.door = door;
    }

    /**
     * Tells of topics.
     *
     * @param notKept run for each entry that the store has not kept, on its thread
     * @return completes once the tail has brought all of it, and fails where it was not kept
     */
    CompletableFuture<Void> tell(LogEntry.Kind kind, List<OpenTopics.Open> topics, Runnable notKept) {
        List<CompletableFuture<EventId>> told = new ArrayList<>();
        for (LogEntry entry : LeasedTopics.entries(kind, topics)) {
            told.add(append(entry, null, (id, failure) -> {
                if (id == null) {
                    complain("open topics", kind, failure);
                    notKept.run();
                }
            }));
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new));
    }

    long disturbances() {
        return door.disturbances();
    }

    /**
     * Publishes the last event of a topic.
     *
     * @param hasEnded run where it has ended before
     * @param notKept run where the store has not kept it
     */
    void end(OpenTopics.Open topic, Runnable hasEnded, Runnable notKept) {
        SseEvent last = topic.lease.last;
        LogEntry entry = Entries.of(LogEntry.Kind.LAST, topic.topic, last, null);
        append(entry.of(topic.start), last, (id, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof TopicEndedException) {
                hasEnded.run();
            } else if (id == null) {
                complain(name(topic), entry.kind(), cause);
                notKept.run();
            } else if (complaints.isDue()) {
                logger.warn("{}: ended, for its node is not heard of any more", name(topic));
            }
        });
    }

    private CompletableFuture<EventId> append(
            LogEntry entry, @Nullable SseEvent event, BiConsumer<@Nullable EventId, @Nullable Throwable> action) {
        CompletionStage<EventId> appended;
        try {
            appended = door.append(entry, event);
        } catch (Throwable e) {
            appended = CompletableFuture.failedFuture(e);
        }
        return appended.whenComplete(action).toCompletableFuture();
    }

    private void complain(String topics, LogEntry.Kind kind, @Nullable Throwable failure) {
        if (!closed && complaints.isDue()) {
            logger.warn("{}: {} is not kept: {}", topics, kind, String.valueOf(failure));
        }
    }

    /** An entry is not what is written here. */
    void refused(StoredEntry entry, Throwable why) {
        if (complaints.isDue()) {
            logger.warn("store: a {} is not of a hub: {}", entry.kind(), why.toString());
        }
    }

    /** A client may have chosen it. */
    private static String name(OpenTopics.Open topic) {
        return "topic \"" + topic.topic.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    /** From now on entries that the store does not keep are not logged. */
    void close() {
        closed = true;
    }
}
