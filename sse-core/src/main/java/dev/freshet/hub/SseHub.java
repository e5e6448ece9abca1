package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.EndPlace;
import dev.freshet.log.FollowerListener;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.Retention;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TooManyTopicsException;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicNameException;
import dev.freshet.log.TopicStartedException;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import dev.freshet.store.EventStore;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The door through which an application publishes.
 *
 * <p>A hub is one order: every event, whatever its topic, gets the next {@link EventId}. What it retains is in memory
 * and bounded by its {@link Retention}; with an {@link EventStore} that memory is a window on the store.
 *
 * <p>A hub in memory draws an incarnation when it is made, 32 random bits that each of its ids carries as the low half of its
 * {@code sequence}. An id that another hub gave, in this process or another, before or beside it, is so never taken for a
 * position: who resumes by it is told a reset. On a store the store draws it, and hubs on one store give the same ids.
 * Thread-safe.
 */
public final class SseHub implements AutoCloseable {
    /** The longest name of a topic, in UTF-16 units. */
    public static final int LONGEST_TOPIC = Entries.LONGEST_TOPIC;

    private final HubLog log;
    private final @Nullable StoreDoor store;
    private final int eventIdBytes;

    SseHub(SseHubBuilder builder) {
        StoreOptions stored = builder.storeOptions();
        this.eventIdBytes = builder.eventIdBytes();
        this.log = stored == null ? HubLog.inMemory(builder.options()) : HubLog.onStore(builder.options());
        this.store = stored == null ? null : new StoreDoor(log, stored);
    }

    /** A hub in memory with the default retention. */
    public static SseHub create() {
        return builder().build();
    }

    /** A builder with the defaults. */
    public static SseHubBuilder builder() {
        return new SseHubBuilder();
    }

    /**
     * Publishes an event to all who follow the topic. Returns at once, whatever the consumers do, unless its store is set to have
     * publishers wait; any thread may call.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @param event what to publish; an id of its own stays on the wire, see {@link #checkEventId}
     * @return the position of the event; complete already for a hub in memory, failed where a store did not keep it
     * @throws IllegalArgumentException if the topic is empty or too long, the event larger than a topic may retain, or its
     *     own id one that no client could resume by
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> publish(String topic, SseEvent event) {
        return publish(LogEntry.Kind.EVENT, topic, null, event);
    }

    /**
     * Publishes the last event of a topic: nothing comes after it. Who follows the topic gets it, and its stream then ends;
     * one that follows several topics ends with the last of them. Who comes back after it is told so. The end is remembered
     * for {@link SseHubBuilder#endRetention}, whatever becomes of the events.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @param last what to publish, as by {@link #publish}
     * @return the position of the event; failed with {@link TopicEndedException} where the topic has ended before, and where a store
     *     did not keep it: then it is to be tried again, and a {@linkplain SseHubBuilder#lease lease} is renewed no more
     * @throws IllegalArgumentException as {@link #publish}
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> complete(String topic, SseEvent last) {
        return publish(LogEntry.Kind.LAST, topic, null, Objects.requireNonNull(last, "last"));
    }

    /**
     * Starts a topic: it is {@link TopicState#OPEN} from now until its end, whether or not anything is published to it or
     * retained, so it must be ended by {@link #complete} or {@link #remove}; where its process dies before, by a {@linkplain
     * SseHubBuilder#lease lease}. What a client knows of an earlier topic of the
     * name is no place in it.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @return the position that its events come after; failed where the topic is open or ended, and, of a hub in memory, with
     *     {@link TooManyTopicsException} where topics that are followed, or open without events, take a quarter of its memory
     * @throws IllegalArgumentException if the topic is empty or too long, or its retention is {@code none()}
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> start(String topic) {
        checkTopic(topic);
        return write(LogEntry.of(LogEntry.Kind.START, topic), null);
    }

    /** For what belongs to a topic as it was {@link #start started} at a position, and to none that is started later. */
    public StartedTopic started(String topic, EventId start) {
        checkTopic(topic);
        return new StartedTopic(this, topic, Objects.requireNonNull(start, "start"));
    }

    /**
     * Forgets a topic, its history and its end. Who follows it and has read all of it is at its end; who has not has lagged
     * out. The topic is then {@link TopicState#UNKNOWN}, and may begin anew: an id from before is no place in it.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @return the position at which it went
     * @throws IllegalArgumentException if the topic is empty or too long
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> remove(String topic) {
        checkTopic(topic);
        return write(LogEntry.of(LogEntry.Kind.REMOVAL, topic), null);
    }

    /** @param start of the topic that it is for, or null for however it began */
    CompletionStage<EventId> publish(LogEntry.Kind kind, String topic, @Nullable EventId start, SseEvent event) {
        checkTopic(topic);
        checkEventId(event);
        return write(Entries.of(kind, topic, event, event.id()).of(start), event);
    }

    private CompletionStage<EventId> write(LogEntry entry, @Nullable SseEvent event) {
        if (store != null) {
            return store.append(entry, event);
        }
        try {
            return CompletableFuture.completedFuture(log.write(entry));
        } catch (TopicEndedException | TopicStartedException | TooManyTopicsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whether a topic is open, has ended, or is unknown. */
    public TopicState state(String topic) {
        return topic(topic).state();
    }

    /** What the hub knows of a topic. */
    public TopicStats topic(String topic) {
        checkTopic(topic);
        return log.topic(topic);
    }

    /**
     * Checks the id that an event brings along: a client names it when it comes back. It is no position of a hub ({@link
     * EventId}), not empty, which would make the client forget its place, and HTTP carries it back: {@link LastEventId#check}.
     *
     * @param event with or without an id; one without passes
     * @throws IllegalArgumentException if the id is not allowed
     */
    public void checkEventId(SseEvent event) {
        checkEventId(Objects.requireNonNull(event, "event").id());
    }

    void checkEventId(@Nullable String id) {
        Entries.checkEventId(id, eventIdBytes);
    }

    /** The position of the newest event; before the first, where the hub began. */
    public EventId latest() {
        return log.latest();
    }

    /** Whether an id carries the incarnation of this hub, of a hub on a store the one that was in force at its place. */
    public boolean isOwn(EventId id) {
        return log.isOwn(Objects.requireNonNull(id, "id"));
    }

    /** Whether other hubs publish what this one tells, and their clients follow that: on a {@linkplain EventStore#isShared shared} store. */
    public boolean isShared() {
        return store != null && store.isShared();
    }

    /**
     * Whether the hub can be followed. A hub without a store is always loaded. A hub on a store is loaded once it has read what the
     * store keeps: with {@link StoreStart#FAIL} when {@link SseHubBuilder#build} returns, with {@link StoreStart#RETRY} maybe later.
     */
    public boolean isLoaded() {
        return store == null || store.isLoaded();
    }

    /** What the hub holds now. */
    public HubStats stats() {
        return log.stats(HubStats::new);
    }

    /** What goes between the hub and its store, and how that does; null for a hub in memory. Also once it is closed. */
    public @Nullable HubStoreStats storeStats() {
        return store == null ? null : store.stats();
    }

    /**
     * Has a listener told when somebody begins to follow a topic in this process and when nobody does any more; at once, where
     * it is followed already. A reader of a topic that is removed follows it no more.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @return ends what this began
     * @throws IllegalArgumentException if the topic is empty or too long
     */
    public FollowerListener.Registration onFollowers(String topic, FollowerListener listener) {
        checkTopic(topic);
        return log.onFollowers(topic, Objects.requireNonNull(listener, "listener"));
    }

    /**
     * For transports: places a cursor in the logs of some topics. The caller closes the cursor.
     *
     * @param topics at least one
     * @param request where to start
     * @throws IllegalArgumentException if there is no topic, or one is empty or too long
     * @throws TooManyTopicsException if a topic is new and those followed, or open without events, take a quarter of the hub's
     *     memory; where it has events to resume from, half of it
     * @throws IllegalStateException if the hub is closed, or not {@linkplain #isLoaded loaded}
     */
    public Start open(Collection<String> topics, StartRequest request) {
        Objects.requireNonNull(topics, "topics").forEach(SseHub::checkTopic);
        if (!isLoaded()) {
            throw new IllegalStateException("hub: not loaded yet");
        }
        return log.open(topics, Objects.requireNonNull(request, "request"));
    }

    /**
     * For transports: a client that was at another node may name a position that this one has not seen yet.
     *
     * @param lastEventId as the client sent it
     * @return completes once the store has brought that position, or after {@link SseHubBuilder#aheadPatience}; fails where the
     *     hub is closed before. Who stops waiting completes it. Null where there is nothing to wait for, always for a hub that shares
     *     no store. The hub does not bound how many wait: who calls it counts them with the streams that are open
     */
    public @Nullable CompletableFuture<Void> awaitPlace(String lastEventId) {
        EventId place = EventId.tryParse(Objects.requireNonNull(lastEventId, "lastEventId"));
        return place == null || store == null || !store.isLoaded() ? null : store.awaitPlace(place);
    }

    /**
     * For transports: fixes a place behind everything that this hub has accepted by now, and before what it accepts later.
     *
     * @param place given before to each of the readers ({@link dev.freshet.log.Cursor#endAt})
     * @return completes once they can read as far, at once for a hub in memory; with a store when its tail has brought
     *     what this node published, or never. Who stops waiting completes it
     */
    public CompletableFuture<Void> fix(EndPlace place) {
        Objects.requireNonNull(place, "place");
        if (store != null) {
            return store.fix(place);
        }
        log.fix(place);
        return CompletableFuture.completedFuture(null);
    }

    HubLog log() {
        return log;
    }

    @Nullable
    TopicLeases leases() {
        return store == null ? null : store.leases();
    }

    /** Throws a {@link TopicNameException} where a topic's name is empty or longer than {@value #LONGEST_TOPIC} UTF-16 units. */
    public static void checkTopic(String topic) {
        Entries.checkTopic(topic);
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return log.isClosed() || store != null && store.isClosing();
    }

    /**
     * Ends publishing. Who follows reads to the end, and is closed then. With a store its tail first brings what this hub had
     * published, within five seconds. Returns at once. Idempotent.
     */
    @Override
    public void close() {
        if (store != null) {
            store.close();
        } else {
            log.close();
        }
    }
}
