package dev.freshet.hub;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogStats;
import dev.freshet.log.Retention;
import dev.freshet.log.Start;
import dev.freshet.store.EventStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door through which an application publishes.
 *
 * <p>A hub is one order: every event, whatever its topic, gets the next {@link EventId}. What it retains is in memory
 * and bounded by its {@link Retention}; with an {@link EventStore} that memory is a window on the store. Thread-safe.
 */
public final class SseHub implements AutoCloseable {
    /** The longest name of a topic, in UTF-16 units. */
    public static final int LONGEST_TOPIC = 1024;

    private static final Duration STORE_PATIENCE = Duration.ofSeconds(60);

    private static final Logger logger = LoggerFactory.getLogger(SseHub.class);

    private final HubLog log;
    private final @Nullable EventStore store;
    private final EventStore.@Nullable Tail tail;

    private SseHub(Retention retention, @Nullable EventStore store) {
        InstantSource clock = InstantSource.system();
        this.store = store;
        this.log = new HubLog(retention, clock, new EventId(store == null ? clock.millis() : 0, 0));
        this.tail = store == null ? null : load(store);
    }

    /** A hub in memory with the default retention. */
    public static SseHub create() {
        return builder().build();
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    private EventStore.Tail load(EventStore from) {
        var sink = new EventStore.Sink() {
            @Override
            public void event(String topic, EventId id, SseEvent event) {
                try {
                    log.appendAt(topic, id, encode(event), event.id());
                } catch (IllegalArgumentException e) {
                    // Another node allows larger ones: who follows is told that something is missing.
                    String name = topic.replaceAll("\\p{Cntrl}", "?"); // a client may have chosen it
                    logger.warn("event {} of topic \"{}\" cannot be kept: {}", id, name, e.getMessage());
                    log.trimmed(id);
                }
            }

            @Override
            public void trimmed(EventId floor) {
                log.trimmed(floor);
            }
        };
        try {
            return from.tail(null, sink)
                    .toCompletableFuture()
                    .orTimeout(STORE_PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("store: cannot load what it keeps: " + e.getCause(), e.getCause());
        }
    }

    /**
     * Publishes an event to all who follow the topic. Returns at once, whatever the consumers do; any thread may call.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @param event what to publish; an id of its own stays on the wire
     * @return the position of the event; complete already for a hub in memory, failed where a store did not keep it
     * @throws IllegalArgumentException if the topic is empty or too long, or the event larger than a topic may retain
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> publish(String topic, SseEvent event) {
        checkTopic(topic);
        Objects.requireNonNull(event, "event");
        if (store == null) {
            return CompletableFuture.completedFuture(log.append(topic, encode(event), event.id()));
        }
        if (log.isClosed()) {
            throw new IllegalStateException("hub: closed");
        }
        log.requireFits(encode(event)); // the store would keep it, and every tail would fail on it
        return store.append(topic, event);
    }

    private static byte[] encode(SseEvent event) {
        return event.id() == null ? EventEncoder.encodeBody(event) : EventEncoder.encode(event);
    }

    /** The position of the newest event; before the first, where the hub began. */
    public EventId latest() {
        return log.latest();
    }

    /** What the hub holds now. */
    public HubStats stats() {
        LogStats stats = log.stats();
        return new HubStats(stats.topics(), stats.published(), stats.events(), stats.bytes());
    }

    /**
     * For transports: places a cursor in the logs of some topics. The caller closes the cursor.
     *
     * @param topics at least one
     * @param requested the client's last event id, {@code earliest} for all that is retained, or null or empty for none
     * @param from where to start where none was requested, or null for the newest event
     * @throws IllegalArgumentException if there is no topic, or one is empty or too long
     * @throws IllegalStateException if the hub is closed
     */
    public Start open(Collection<String> topics, @Nullable String requested, @Nullable EventId from) {
        topics.forEach(SseHub::checkTopic);
        return log.open(topics, requested, from);
    }

    /**
     * Checks the name of a topic.
     *
     * @throws IllegalArgumentException if it is empty or longer than {@value #LONGEST_TOPIC} UTF-16 units
     */
    public static void checkTopic(String topic) {
        Objects.requireNonNull(topic, "topic");
        if (topic.isEmpty() || topic.length() > LONGEST_TOPIC) {
            throw new IllegalArgumentException("topic: " + topic.length() + " characters (expected: 1 to "
                    + LONGEST_TOPIC + "): \"" + topic.substring(0, Math.min(64, topic.length())) + "\"");
        }
    }

    /** Ends publishing. Who follows reads to the end, and its connection is then closed. Idempotent. */
    @Override
    public void close() {
        if (tail != null) {
            tail.close();
        }
        log.close();
    }

    /** Builds an {@link SseHub}. Not thread-safe. */
    public static final class Builder {
        private Retention retention = Retention.defaults();
        private @Nullable EventStore store;

        private Builder() {}

        /** What to keep for those who come back; default {@link Retention#defaults()}. */
        public Builder retention(Retention value) {
            this.retention = Objects.requireNonNull(value, "retention");
            return this;
        }

        /** Where events are ordered and kept; default none: in memory. */
        public Builder store(EventStore value) {
            this.store = Objects.requireNonNull(value, "store");
            return this;
        }

        /**
         * The hub. With a store, blocks until what the store keeps is loaded, for a minute at most.
         *
         * @throws IllegalStateException if the store cannot be read
         */
        public SseHub build() {
            return new SseHub(retention, store);
        }
    }
}
