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

/** What a {@link SseReply.Subscribe} says. Immutable and thread-safe. */
abstract class ReplySubscribe extends ReplyStream<SseReply.Subscribe> {
    final SseHub hub;
    final List<String> topics;
    final StartRequest start;
    /** What it begins with, or null. */
    final @Nullable HubState state;

    /** Null where it is no generation. */
    final @Nullable ReplyFollowing following;

    ReplySubscribe(
            SseHub hub,
            List<String> topics,
            StartRequest start,
            @Nullable HubState state,
            StreamTerms terms,
            @Nullable ReplyFollowing following) {
        super(terms);
        this.hub = hub;
        this.topics = topics;
        this.start = start;
        this.state = state;
        this.following = following;
    }

    abstract SseReply.Subscribe with(StartRequest place);

    abstract SseReply.Subscribe with(HubState value);

    /** The hub whose topics it follows. */
    public SseHub hub() {
        return hub;
    }

    /** The topics, each once; immutable. */
    public List<String> topics() {
        return topics;
    }

    /**
     * After this event, for a client that names no last event id. Where it is no place of the log, the client is told a
     * reset; else its start is {@code fresh}.
     */
    public SseReply.Subscribe from(EventId position) {
        return with(start.from(position));
    }

    /**
     * With the first event that was published at this time or later, for a client that names no last event id. What is
     * gone of it is not told: the start is {@code fresh}.
     *
     * @param time to the millisecond; what counts is for how long an event has been there, so a clock that is set changes nothing
     */
    public SseReply.Subscribe from(Instant time) {
        return with(start.from(time));
    }

    /** With the oldest event that is retained, for a client that names no last event id; the start is {@code fresh}. */
    public SseReply.Subscribe fromEarliest() {
        return with(start.fromEarliest());
    }

    /**
     * Nothing up to this event, for who may not read what came before it: no last event id, not even {@code earliest}, gets
     * anything up to it. A client that names an older position is told a reset, reason {@code evicted}, and goes on from
     * here. The id bounds by order alone, so one of another incarnation will do, such as one kept from before a restart.
     */
    public SseReply.Subscribe notBefore(EventId position) {
        return with(start.notBefore(position));
    }

    /**
     * The state at the start, sent to clients that start fresh or were reset, before the changes after it. Unless one of the
     * {@code from} methods chose another start, that is the state now. After a reset it is the state now in any case, and
     * what is retained is not sent. Called once for each stream, on its event loop, after the start position is fixed, so no
     * change is missed between the two; must not block, for it holds all streams of the loop. The events are written as the
     * client takes them, and what is published meanwhile follows. The position is the id of the last of these events, so a
     * client that is cut off before it gets all of them again; the events should have no ids of their own, for a client that
     * comes back with one would be reset. An id that the hub refuses ({@link SseHub#checkEventId}) fails the snapshot.
     */
    public SseReply.Subscribe snapshot(Supplier<List<SseEvent>> supplier) {
        return with(new HubOwnState(Objects.requireNonNull(supplier, "snapshot")));
    }

    /**
     * The state at the start, shared with all streams that name the same snapshot: taken off the event loops, and once for all
     * who come while it serves. It is sent to clients that start fresh or were reset, followed by every change after its
     * position, whatever start was chosen; one that comes when there is none waits for it, as with {@link SseReply#when}. Else as
     * {@link #snapshot(Supplier)}; its last event tells the position whatever the {@link #opening}. Name one object for each set
     * of clients that may see the same.
     *
     * @throws IllegalArgumentException if it is another hub's, or is not of all topics of this stream
     */
    public SseReply.Subscribe snapshot(SseSnapshot shared) {
        return with(HubSharedState.of(Objects.requireNonNull(shared, "shared"), hub, topics));
    }

    /** How the stream begins, instead of {@link SseHandler.Builder#opening}; a generation's begins with its first event. */
    public SseReply.Subscribe opening(StreamOpening value) {
        return with(terms.withOpening(value));
    }
}
