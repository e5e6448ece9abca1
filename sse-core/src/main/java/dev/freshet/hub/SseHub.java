package dev.freshet.hub;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogStats;
import dev.freshet.log.Retention;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.store.EventStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door through which an application publishes.
 *
 * <p>A hub is one order: every event, whatever its topic, gets the next {@link EventId}. What it retains is in memory
 * and bounded by its {@link Retention}; with an {@link EventStore} that memory is a window on the store.
 *
 * <p>A hub in memory draws an incarnation when it is made, 32 random bits that each of its ids carries as the low half of its
 * {@code sequence}. An id that another hub gave, in this process or another, before or beside it, is so never taken for a
 * position: who resumes by it is told a reset. Thread-safe.
 */
public final class SseHub implements AutoCloseable {
    /** The longest name of a topic, in UTF-16 units. */
    public static final int LONGEST_TOPIC = 1024;

    private static final Duration STORE_PATIENCE = Duration.ofSeconds(60);

    private static final Logger logger = LoggerFactory.getLogger(SseHub.class);

    private final HubLog log;
    private final @Nullable EventStore store;
    private final EventStore.@Nullable Tail tail;
    private final int eventIdBytes;
    /** Of an id that another node took. */
    private final AtomicBoolean warned = new AtomicBoolean();

    private SseHub(Builder builder) {
        InstantSource clock = InstantSource.system();
        this.store = builder.store;
        this.eventIdBytes = builder.eventIdBytes;
        this.log = store == null
                ? HubLog.inMemory(builder.retention, clock, builder.forgottenFloors)
                : HubLog.onStore(builder.retention, clock, builder.forgottenFloors);
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
                String ownId = keptId(id, event);
                try {
                    log.appendAt(topic, id, encode(event, ownId), ownId);
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

    /** The event's own id, or null where it has none or another node took one that this hub would refuse. */
    private @Nullable String keptId(EventId id, SseEvent event) {
        try {
            checkEventId(event);
            return event.id();
        } catch (IllegalArgumentException e) {
            if (warned.getAndSet(true)) {
                logger.debug("event {}: its own id is left out: {}", id, e.getMessage());
            } else {
                logger.warn("event {}: its own id is left out, as that of each like it: {}", id, e.getMessage());
            }
            return null;
        }
    }

    /**
     * Publishes an event to all who follow the topic. Returns at once, whatever the consumers do; any thread may call.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @param event what to publish; an id of its own stays on the wire, see {@link #checkEventId}
     * @return the position of the event; complete already for a hub in memory, failed where a store did not keep it
     * @throws IllegalArgumentException if the topic is empty or too long, the event larger than a topic may retain, or its
     *     own id one that no client could resume by
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> publish(String topic, SseEvent event) {
        checkTopic(topic);
        checkEventId(event);
        byte[] encoded = encode(event, event.id());
        if (store == null) {
            return CompletableFuture.completedFuture(log.append(topic, encoded, event.id()));
        }
        if (log.isClosed()) {
            throw new IllegalStateException("hub: closed");
        }
        log.requireFits(encoded); // the store would keep it, and every tail would fail on it
        return store.append(topic, event);
    }

    private static byte[] encode(SseEvent event, @Nullable String ownId) {
        return ownId == null ? EventEncoder.encodeBody(event) : EventEncoder.encode(event);
    }

    /**
     * Checks the id that an event brings along, for this hub's streams: a client names it when it comes back. It must be
     * neither a position of a hub ({@link EventId}) nor empty, which would make the client forget its place, and HTTP must
     * carry it back as it was: {@link LastEventId#check}.
     *
     * @param event with or without an id; one without passes
     * @throws IllegalArgumentException if the id is not allowed
     */
    public void checkEventId(SseEvent event) {
        String id = Objects.requireNonNull(event, "event").id();
        if (id == null) {
            return;
        }
        if (id.isEmpty() || EventId.tryParse(id) != null) {
            throw new IllegalArgumentException(
                    "event.id: \"" + id + "\" (expected: not empty and not of the hub's own form, millis-sequence)");
        }
        LastEventId.check(id, eventIdBytes);
    }

    /** The position of the newest event; before the first, where the hub began. */
    public EventId latest() {
        return log.latest();
    }

    /** Whether an id carries the incarnation of this hub; for a hub on a store any may be its own. */
    public boolean isOwn(EventId id) {
        return log.isOwn(id);
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
     * @param request where to start
     * @throws IllegalArgumentException if there is no topic, or one is empty or too long
     * @throws IllegalStateException if the hub is closed
     */
    public Start open(Collection<String> topics, StartRequest request) {
        topics.forEach(SseHub::checkTopic);
        return log.open(topics, Objects.requireNonNull(request, "request"));
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
        private int eventIdBytes = LastEventId.MAX_BYTES;
        private int forgottenFloors = HubLog.FLOORS;

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
         * The longest id that an event may bring along, in bytes of UTF-8; above 0, default {@value LastEventId#MAX_BYTES}. A
         * server takes it back in a header, so it must fit into what that allows for all headers.
         *
         * @throws IllegalArgumentException if it is not above 0
         */
        public Builder eventIdBytes(int bytes) {
            this.eventIdBytes = positive("eventIdBytes", bytes, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many floors the topics share that the hub has forgotten; 1 to 16,777,216, default {@value HubLog#FLOORS}. A topic
         * that nobody follows and that retains nothing any more is forgotten, but for the newest id that it evicted: its
         * clients must be told a reset. Topics are spread over the floors by a hash of their names with a secret of the hub.
         * A topic that never lost an event is told a reset falsely where a forgotten one shares its floor: with the default
         * 1.5 % of such topics once 1,000 were forgotten with a floor, and 78 % after 100,000. Each floor takes 4 to 36 bytes,
         * from the first forgotten one on.
         *
         * @throws IllegalArgumentException if the count is out of its range
         */
        public Builder forgottenFloors(int count) {
            this.forgottenFloors = positive("forgottenFloors", count, 1 << 24);
            return this;
        }

        private static int positive(String name, int value, int most) {
            if (value <= 0 || value > most) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + most + ")");
            }
            return value;
        }

        /**
         * The hub. With a store, blocks until what the store keeps is loaded, for a minute at most.
         *
         * @throws IllegalStateException if the store cannot be read
         */
        public SseHub build() {
            return new SseHub(this);
        }
    }
}
