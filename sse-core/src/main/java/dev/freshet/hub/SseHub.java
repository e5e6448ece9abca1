package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.EndPosition;
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
 * The hub through which an application publishes events, by topic.
 *
 * <p>A hub has one order: every event, whatever its topic, gets the next {@link EventId}. The events that a hub retains are in
 * memory, and its {@link Retention} bounds them. With an {@link EventStore} this memory is a window on the store.
 *
 * <p>A hub in memory draws an incarnation when it is made: 32 random bits, which are the low half of the {@code sequence} of each
 * of its ids. An id of another hub, in any process, is therefore never taken for a position of this hub: a client that resumes by
 * it is reset. A store draws the incarnation itself, and the hubs on one store give the same ids.
 *
 * <p>The name of a topic has 1 to {@value #LONGEST_TOPIC} UTF-16 units; another one is a {@link TopicNameException}. Thread-safe.
 */
public final class SseHub implements AutoCloseable {
    /** The longest name of a topic, in UTF-16 units. */
    public static final int LONGEST_TOPIC = Entries.LONGEST_TOPIC;

    private final HubLog log;
    private final @Nullable StoreWriter store;
    private final int eventIdBytes;

    SseHub(SseHubBuilder builder) {
        StoreOptions stored = builder.storeOptions();
        this.eventIdBytes = builder.eventIdBytes();
        this.log = stored == null ? HubLog.inMemory(builder.options()) : HubLog.onStore(builder.options());
        this.store = stored == null ? null : new StoreWriter(log, stored);
    }

    /** Returns a hub in memory with the default retention. */
    public static SseHub create() {
        return builder().build();
    }

    /** Returns a builder with the defaults. */
    public static SseHubBuilder builder() {
        return new SseHubBuilder();
    }

    /**
     * Publishes an event to all followers of a topic. Returns at once, however slow the consumers are, unless the store is set to
     * make publishers wait. Any thread may call.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @param event the event; its own id, if it has one, is kept on the wire, see {@link #checkEventId}
     * @return the position of the event; already complete for a hub in memory, and failed if a store did not keep the event, or
     *     may have, see {@link dev.freshet.store.EventStoreException#isNotKept}
     * @throws IllegalArgumentException if the topic is empty or too long, the event is larger than a topic may retain, or no client
     *     could resume by its own id
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> publish(String topic, SseEvent event) {
        return publish(LogEntry.Kind.EVENT, topic, null, event);
    }

    /**
     * Publishes the last event of a topic. Each follower gets it, and its stream then ends; a stream of several topics ends with
     * the last of them. The end is reported to a client that resumes after the event. The end is kept for {@link
     * SseHubBuilder#endRetention}, whether or not the events are retained.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @param last the event, as for {@link #publish}
     * @return the position of the event; failed with {@link TopicEndedException} if the topic has ended before. Also failed if a
     *     store did not keep the event: the call should then be repeated, and a {@linkplain SseHubBuilder#lease lease} is not
     *     renewed any more
     * @throws IllegalArgumentException as {@link #publish}
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> complete(String topic, SseEvent last) {
        return publish(LogEntry.Kind.LAST, topic, null, Objects.requireNonNull(last, "last"));
    }

    /**
     * Starts a topic. The topic is {@link TopicState#OPEN} from now until its end, whether or not events are published to it or
     * retained. It must therefore be ended by {@link #complete} or {@link #remove}; a {@linkplain SseHubBuilder#lease lease} ends
     * it if its process dies before. A position in an earlier topic of the same name is not in its log.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @return the position after which the topic's events come; failed if the topic is open or has ended. Failed with {@link
     *     TooManyTopicsException} if, in a hub in memory, the topics that are followed, or open without events, take a quarter of
     *     its memory
     * @throws IllegalArgumentException if the topic is empty or too long, or its retention is {@code none()}
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> start(String topic) {
        checkTopic(topic);
        return write(LogEntry.of(LogEntry.Kind.START, topic), null);
    }

    /** Returns a topic as it was {@link #start started} at a position, for publishing to it and to no later topic of its name. */
    public StartedTopic started(String topic, EventId start) {
        checkTopic(topic);
        return new StartedTopic(this, topic, Objects.requireNonNull(start, "start"));
    }

    /**
     * Removes a topic with its history and its end. A follower that has read all of it is at its end; any other has lagged out. The
     * topic is then {@link TopicState#UNKNOWN}, and may begin anew; an earlier position is not in its log.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @return the position of the removal
     * @throws IllegalArgumentException if the topic is empty or too long
     * @throws IllegalStateException if the hub is closed
     */
    public CompletionStage<EventId> remove(String topic) {
        checkTopic(topic);
        return write(LogEntry.of(LogEntry.Kind.REMOVAL, topic), null);
    }

    /** @param start the start of the topic that the event is for, or null for the topic regardless of its start */
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

    /** Returns whether a topic is open, has ended, or is unknown. */
    public TopicState state(String topic) {
        return topic(topic).state();
    }

    /** Returns the state and figures of a topic. */
    public TopicStats topic(String topic) {
        checkTopic(topic);
        return log.topic(topic);
    }

    /**
     * Checks the own id of an event, by which clients resume. The id must not have the form of a position ({@link EventId}). It
     * must not be empty, because a client would then forget its position. HTTP must be able to carry it back ({@link
     * LastEventId#check}).
     *
     * @param event an event; one without an id passes
     * @throws IllegalArgumentException if the id is not allowed
     */
    public void checkEventId(SseEvent event) {
        checkEventId(Objects.requireNonNull(event, "event").id());
    }

    void checkEventId(@Nullable String id) {
        Entries.checkEventId(id, eventIdBytes);
    }

    /** Returns the position of the newest event; before the first, the position at which the hub began. */
    public EventId latest() {
        return log.latest();
    }

    /** Returns whether an id carries the incarnation of this hub; with a store, the incarnation in force. */
    public boolean isOwn(EventId id) {
        return log.isOwn(Objects.requireNonNull(id, "id"));
    }

    /** Returns whether other hubs publish to the same topics, on a {@linkplain EventStore#isShared shared} store. */
    public boolean isShared() {
        return store != null && store.isShared();
    }

    /** Returns whether the hub can be followed: always without a store, and otherwise once it has read what the store keeps. */
    public boolean isLoaded() {
        return store == null || store.isLoaded();
    }

    /** Returns figures of what the hub holds now. */
    public HubStats stats() {
        return log.stats(HubStats::new);
    }

    /** Returns figures of the traffic with the store, also after the hub is closed; null for a hub in memory. */
    public @Nullable HubStoreStats storeStats() {
        return store == null ? null : store.stats();
    }

    /**
     * Registers a listener to the first and the last follower of a topic in this process. The listener is called at once if the
     * topic is followed already. The readers of a topic that is removed do not follow it any more.
     *
     * @param topic 1 to {@value #LONGEST_TOPIC} UTF-16 units
     * @return the registration, whose close removes the listener
     * @throws IllegalArgumentException if the topic is empty or too long
     */
    public FollowerListener.Registration onFollowers(String topic, FollowerListener listener) {
        checkTopic(topic);
        return log.onFollowers(topic, Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Opens a cursor in the logs of some topics, for transports. The caller closes the cursor.
     *
     * @param topics at least one
     * @param request the start to find
     * @throws IllegalArgumentException if there is no topic, or one is empty or too long
     * @throws TooManyTopicsException if the topics that are followed, or open without events, take a quarter of the hub's memory
     *     and one of {@code topics} is not among them (half, if that topic has events to resume from)
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
     * Returns a future for a position that this node has not read yet, for transports. A client of another node may send one.
     *
     * @param lastEventId the last event id as the client sent it
     * @return a future that completes once the store has delivered that position, or after {@link SseHubBuilder#aheadPatience}, and
     *     fails if the hub is closed before; a caller that stops waiting completes it. Null if there is nothing to wait for, as
     *     always without a shared store. The number of waits is not bounded here: the caller counts them with the open streams
     */
    public @Nullable CompletableFuture<Void> awaitPosition(String lastEventId) {
        EventId position = EventId.tryParse(Objects.requireNonNull(lastEventId, "lastEventId"));
        return position == null || store == null || !store.isLoaded() ? null : store.awaitPosition(position);
    }

    /**
     * Fixes an end, for transports, after everything that this hub has accepted by now and before everything that it accepts later.
     *
     * @param end the end, which was given to each of the readers before ({@link dev.freshet.log.Cursor#endAt})
     * @return a future that completes once the readers can read up to the end: at once for a hub in memory; with a store when its
     *     tail has delivered what this node published, or never. A caller that stops waiting completes it
     */
    public CompletableFuture<Void> fix(EndPosition end) {
        Objects.requireNonNull(end, "end");
        if (store != null) {
            return store.fix(end);
        }
        log.fix(end);
        return CompletableFuture.completedFuture(null);
    }

    HubLog log() {
        return log;
    }

    @Nullable
    TopicLeases leases() {
        return store == null ? null : store.leases();
    }

    /** Throws a {@link TopicNameException} if a topic is empty or longer than {@value #LONGEST_TOPIC} UTF-16 units. */
    public static void checkTopic(String topic) {
        Entries.checkTopic(topic);
    }

    /** Returns whether the hub was closed. */
    public boolean isClosed() {
        return log.isClosed() || store != null && store.isClosing();
    }

    /**
     * Ends publishing. Followers read to the end, and their streams are closed then. With a store, the tail first delivers what
     * this hub had published, within five seconds. Returns at once. Idempotent.
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
