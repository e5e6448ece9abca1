package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicEndedException;
import dev.freshet.logging.LogText;
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

/**
 * The writer of the entries of {@link TopicLeases} to the store: renewals, probes and ends of topics. Thread-safe.
 */
final class LeaseWriter {
    private static final Logger logger = HubLogger.LOGGER;

    /** The destination of entries. */
    interface Appender {
        /** Appends an entry. The stage of a renewal or a probe completes once this node's tail has delivered it. */
        CompletionStage<EventId> append(LogEntry entry, @Nullable SseEvent event);

        /**
         * Returns how many times the connection to the store was broken or entries were, or may have been, lost; never
         * decreases.
         */
        long disturbances();
    }

    private final Appender appender;
    private final LogRateLimit logRateLimit = new LogRateLimit(Duration.ofMinutes(1));
    private volatile boolean closed;

    LeaseWriter(Appender appender) {
        this.appender = appender;
    }

    /**
     * Writes renewals or probes of topics.
     * @param notKept an action to run for each entry that the store has not kept, on the store's thread
     * @return a future that completes once the tail has delivered all entries, and fails if one was not kept
     */
    CompletableFuture<Void> write(LogEntry.Kind kind, List<DueTopics.Open> topics, Runnable notKept) {
        List<CompletableFuture<EventId>> written = new ArrayList<>();
        for (LogEntry entry : LeasedTopics.entries(kind, topics)) {
            written.add(append(entry, null, (id, failure) -> {
                if (id == null) {
                    warnNotKept("open topics", kind, failure);
                    notKept.run();
                }
            }));
        }
        return CompletableFuture.allOf(written.toArray(CompletableFuture[]::new));
    }

    void warnProbedAgain(DueTopics.Open topic, long tookNanos) {
        if (logRateLimit.isDue()) {
            logger.warn(
                    "{}: its node is asked again, because the store was unreachable, or took {} to deliver the probe",
                    name(topic),
                    Duration.ofNanos(tookNanos));
        }
    }

    long disturbances() {
        return appender.disturbances();
    }

    /**
     * Publishes the last event of a topic.
     * @param hasEnded an action to run if the topic has ended before
     * @param notKept an action to run if the store has not kept the event
     */
    void end(DueTopics.Open topic, Runnable hasEnded, Runnable notKept) {
        SseEvent last = topic.lease.last;
        LogEntry entry = Entries.of(LogEntry.Kind.LAST, topic.topic, last, null);
        append(entry.of(topic.start), last, (id, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof TopicEndedException) {
                hasEnded.run();
            } else if (id == null) {
                warnNotKept(name(topic), entry.kind(), cause);
                notKept.run();
            } else if (logRateLimit.isDue()) {
                logger.warn("{}: ended, because its node has not renewed its lease", name(topic));
            }
        });
    }

    private CompletableFuture<EventId> append(
            LogEntry entry, @Nullable SseEvent event, BiConsumer<@Nullable EventId, @Nullable Throwable> action) {
        CompletionStage<EventId> appended;
        try {
            appended = appender.append(entry, event);
        } catch (Throwable e) {
            appended = CompletableFuture.failedFuture(e);
        }
        return appended.whenComplete(action).toCompletableFuture();
    }

    private void warnNotKept(String topics, LogEntry.Kind kind, @Nullable Throwable failure) {
        if (!closed && logRateLimit.isDue()) {
            logger.warn("{}: {} is not kept: {}", topics, kind, HubLogger.text(failure));
        }
    }

    /** Logs an entry that no hub has written. */
    void warnMalformed(StoredEntry entry, Throwable why) {
        if (logRateLimit.isDue()) {
            logger.warn("store: a {} is not of a hub: {}", entry.kind(), why.toString());
        }
    }

    /** Returns the name of a topic for a message, without control characters, because a client may have chosen it. */
    private static String name(DueTopics.Open topic) {
        return "topic \"" + LogText.escaped(topic.topic) + '"';
    }

    /** Stops the logging of entries that the store does not keep. */
    void close() {
        closed = true;
    }
}
