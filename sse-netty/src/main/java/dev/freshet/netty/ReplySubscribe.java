package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.log.StartRequest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The values of a {@link SseReply.Subscribe}. Immutable and thread-safe. */
abstract class ReplySubscribe extends ReplyStream<SseReply.Subscribe> {
    final SseHub hub;
    final List<String> topics;
    final StartRequest start;
    /** The snapshot that the stream begins with, or null. */
    final @Nullable HubState state;

    /** The options of a generation that is followed; null if the topic is not followed as one. */
    final @Nullable ReplyFollowGeneration following;

    ReplySubscribe(
            SseHub hub,
            List<String> topics,
            StartRequest start,
            @Nullable HubState state,
            StreamTerms terms,
            @Nullable ReplyFollowGeneration following) {
        super(terms);
        this.hub = hub;
        this.topics = topics;
        this.start = start;
        this.state = state;
        this.following = following;
    }

    abstract SseReply.Subscribe with(StartRequest value);

    abstract SseReply.Subscribe with(HubState value);

    /** Returns the hub of the topics. */
    public SseHub hub() {
        return hub;
    }

    /** Returns the topics, each once; immutable. */
    public List<String> topics() {
        return topics;
    }

    /**
     * Returns this reply with a start after an event, for a client that sends no last event id. If the log does not
     * have that position, the client is reset; otherwise the start is {@code fresh}.
     */
    public SseReply.Subscribe from(EventId position) {
        return with(start.from(position));
    }

    /** Returns the position after which a client starts that sends no last event id, or null if none is set. */
    public @Nullable EventId from() {
        return start.from();
    }

    /**
     * Returns this reply with a start with the first event that was published at a time or later, for a client that
     * sends no last event id. Evicted events among them are not reported: the start is {@code fresh}.
     *
     * @param time to the millisecond; compared with the age of events, so that setting the clock changes nothing
     */
    public SseReply.Subscribe from(Instant time) {
        return with(start.from(time));
    }

    /**
     * Returns the time at which a client starts that sends no last event id, or null if none is set: {@link
     * Instant#MIN} for the oldest retained event ({@link #fromEarliest}).
     */
    public @Nullable Instant fromTime() {
        return start.fromTime();
    }

    /**
     * Returns this reply with a start with the oldest retained event, for a client that sends no last event id; the
     * start is {@code fresh}.
     */
    public SseReply.Subscribe fromEarliest() {
        return with(start.fromEarliest());
    }

    /**
     * Returns this reply with a lower bound, for clients that may not read earlier events: no last event id, not even
     * {@code earliest}, gives access to this event or any before it. A client that sends an older position is reset
     * with reason {@code evicted}, and continues after this event. The id is compared by order alone, so one of another
     * incarnation is valid, such as one stored before a restart.
     */
    public SseReply.Subscribe notBefore(EventId position) {
        return with(start.notBefore(position));
    }

    /** Returns the position that no client may read at or before, or null if none is set. */
    public @Nullable EventId notBefore() {
        return start.notBefore();
    }

    /**
     * Returns this reply with a snapshot of the state, which is sent to clients that start fresh or were reset, before
     * the changes after it. Unless one of the {@code from} methods sets another start, it is the current state. After a
     * reset it is the current state in any case, and retained events are not sent. The supplier is called once for each
     * stream, on its event loop, after the start position is fixed, so that no change is missed between the two. It
     * must not block, because all streams of the loop would wait. The events are written as the client reads them,
     * followed by those that are published meanwhile. The position is the id of the last of these events, so a client
     * that is cut off earlier receives all of them again. The events should have no ids of their own: a client that
     * reconnects with one would be reset. An id that the hub refuses ({@link SseHub#checkEventId}) fails the snapshot.
     */
    public SseReply.Subscribe snapshot(Supplier<List<SseEvent>> supplier) {
        return with(new HubOwnState(Objects.requireNonNull(supplier, "snapshot")));
    }

    /** Returns the supplier of the stream's own snapshot, or null if none is set. */
    public @Nullable Supplier<List<SseEvent>> snapshot() {
        return state instanceof HubOwnState own ? own.supplier() : null;
    }

    /**
     * Returns this reply with a snapshot of the state that is shared by all streams with the same object. It is taken
     * off the event loops, and once for all streams that open while it is valid. It is sent to clients that start fresh
     * or were reset, followed by every change after its position, with any start. A stream that opens while there is no
     * snapshot waits for one, as with {@link SseReply#when}. Otherwise the effect is that of {@link
     * #snapshot(Supplier)}; the last event has the position with any {@link #opening}. Use one object for each set of
     * clients that may see the same state.
     *
     * @throws IllegalArgumentException if it belongs to another hub, or does not cover all topics of this stream
     */
    public SseReply.Subscribe snapshot(SseSnapshot shared) {
        return with(HubSharedState.of(Objects.requireNonNull(shared, "shared"), hub, topics));
    }

    /** Returns the shared snapshot, or null if none is set. */
    public @Nullable SseSnapshot sharedSnapshot() {
        return state instanceof HubSharedState shared ? shared.shared() : null;
    }

    /**
     * Returns this reply with an opening of the stream, instead of {@link SseHandler.Builder#opening}. Without effect
     * on the stream of a generation, which begins with its first event.
     */
    public SseReply.Subscribe opening(StreamOpening value) {
        return with(terms.withOpening(value));
    }

    /** Returns the opening of the stream, or null if it is that of the handler. */
    public @Nullable StreamOpening opening() {
        return terms.opening();
    }

    @Override
    public String toString() {
        return "Subscribe" + topics;
    }
}
