package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.log.StartRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an {@link SseEndpoint} answers. Immutable and thread-safe. */
public sealed interface SseReply
        permits SseReply.Subscribe, SseReply.Stream, SseReply.Refuse, SseReply.RetryLater, SseReply.When, Expired {
    /**
     * Follows topics of a hub: {@link #subscribe(SseHub, Collection)}. An endpoint that throws what this throws, because its
     * client names the topics, refuses with 400.
     */
    static Subscribe subscribe(SseHub hub, String... topics) {
        return subscribe(hub, Arrays.asList(topics));
    }

    /**
     * Follows topics of a hub. An endpoint that throws this, because its client names the topics, refuses with 400.
     *
     * @throws IllegalArgumentException if there is no topic, or one is null, empty or too long
     */
    static Subscribe subscribe(SseHub hub, Collection<String> topics) {
        Objects.requireNonNull(hub, "hub");
        List<String> names = topics.stream().distinct().toList();
        if (names.isEmpty()) {
            throw new TopicException("topics: none (expected: at least one)");
        }
        names.forEach(TopicException::check);
        return new Subscribe(hub, names, StartRequest.latest(), null, StreamTerms.NONE, null);
    }

    /**
     * Answers with what a publisher signals, and ends the response where it completes: a finite answer, to POST as well
     * as GET. Each request subscribes anew. The publisher is asked for as many events as the client's socket has room
     * for; it may signal on any thread, and is cancelled when the client goes. It is subscribed, asked and cancelled on
     * the event loop, so these must not block.
     *
     * <p>The response ends in good form (RFC 9112 8: with the last chunk; RFC 9113 8.1: with END_STREAM) where the publisher has
     * completed, or has failed and the client was told. Any other end is a cut: the server's own by shutdown, close, expiry or
     * a limit, and that of the network. It fails in a {@code fetch} as a {@code TypeError}, in other clients as an error of
     * reading. As some proxies end in good form what was cut, the publisher's last event should say that it is the last, such
     * as {@code data: [DONE]}; a client takes an answer without it for cut, however it ended. None is added here. A cut answer
     * is not resumed, but asked for again; one that goes on without its client is an {@link SseGeneration}.
     *
     * <p>A browser's EventSource does not know a whole answer from a cut: it comes back, and the publisher is subscribed
     * again. Have the page close it on a last event of yours, answer the request that comes back with {@link #stop}, or
     * read the answer with {@code fetch}.
     *
     * <p>One that fails is told by an event, see {@link Stream#onFailure}. One that signals null, more than it was
     * asked for, or an event whose id no client could send back has failed, too. One whose {@code subscribe} throws is refused with 500, and with 503 if that is a
     * {@link java.util.concurrent.RejectedExecutionException}.
     */
    static Stream stream(Flow.Publisher<SseEvent> publisher) {
        return new Stream(
                Objects.requireNonNull(publisher, "publisher"), cause -> FailureEvent.DEFAULT, StreamTerms.NONE);
    }

    /**
     * Answers with what plain code sends, and ends the response where it returns; as {@link #stream(Flow.Publisher)}
     * otherwise. One that throws has failed.
     *
     * @param executor runs the code, once for each request, on threads that it may block, virtual ones for example; one
     *     that is full refuses with 503, and so does one that would run it on the calling thread, an event loop
     */
    static Stream stream(Executor executor, SseSource source) {
        return stream(new SourcePublisher(
                Objects.requireNonNull(executor, "executor"), Objects.requireNonNull(source, "source")));
    }

    /** Refuses with a status from 400 to 599. A browser's EventSource then gives up for good. */
    static SseReply refuse(int status) {
        return refuse(status, "");
    }

    /**
     * Refuses with a status from 400 to 599 and a reason, sent as plain text; 401 with a challenge for a bearer token.
     *
     * @throws IllegalArgumentException if the status is another
     */
    static SseReply refuse(int status, String reason) {
        Checks.refusal(status);
        return new Refuse(status, Objects.requireNonNull(reason, "reason"));
    }

    /** Tells the client that there is nothing more and that it shall not come back: 204. */
    static SseReply stop() {
        return new Refuse(204, "");
    }

    /**
     * Tells the client to come later: what looks like a browser's EventSource (it asks by GET or HEAD, accepts {@code
     * text/event-stream} by name, and sends {@code Sec-Fetch-*} or a {@code User-Agent} that begins with {@code Mozilla/})
     * gets a stream of one {@code retry}, spread over half of the delay, a second at least; others get 503 with {@code
     * Retry-After}. Either is disconnected.
     *
     * @param delay from 0 to 365 days
     * @throws IllegalArgumentException if the delay is another
     */
    static SseReply retryLater(Duration delay) {
        return new RetryLater(delay, "");
    }

    /**
     * Answers later; the stage may complete on any thread. One that fails is refused with 500, and one that does not
     * complete within {@link Limits.Builder#answerTimeout} is told to come later. It is cancelled then, and when the client
     * goes before, so it must be this request's own: {@code copy()} one that others wait for.
     */
    static SseReply when(CompletionStage<? extends @Nullable SseReply> stage) {
        return new When(Objects.requireNonNull(stage, "stage"));
    }

    /** A stream of topics. Immutable and thread-safe. */
    final class Subscribe extends SubscribeValues implements SseReply {
        private Subscribe(
                SseHub hub,
                List<String> topics,
                StartRequest start,
                @Nullable StreamState state,
                StreamTerms terms,
                @Nullable Following following) {
            super(hub, topics, start, state, terms, following);
        }

        Subscribe with(StartRequest place) {
            return new Subscribe(hub, topics, place, state, terms, following);
        }

        Subscribe with(StreamState value) {
            return new Subscribe(hub, topics, start, value, terms, following);
        }

        private Subscribe with(StreamTerms more) {
            return new Subscribe(hub, topics, start, state, more, following);
        }

        /**
         * After this event, for a client that names no last event id. Where it is no place of the log, the client is told a
         * reset; else its start is {@code fresh}.
         */
        public Subscribe from(EventId position) {
            return with(start.from(position));
        }

        /**
         * With the first event that was published at this time or later, for a client that names no last event id. What is
         * gone of it is not told: the start is {@code fresh}.
         *
         * @param time to the millisecond; what counts is for how long an event has been there, so a clock that is set changes nothing
         */
        public Subscribe from(Instant time) {
            return with(start.from(time));
        }

        /** With the oldest event that is retained, for a client that names no last event id; the start is {@code fresh}. */
        public Subscribe fromEarliest() {
            return with(start.fromEarliest());
        }

        /**
         * Nothing up to this event, for who may not read what came before it: no last event id, not even {@code earliest}, gets
         * anything up to it. A client that names an older position is told a reset, reason {@code evicted}, and goes on from
         * here. The id bounds by order alone, so one of another incarnation will do, such as one kept from before a restart.
         */
        public Subscribe notBefore(EventId position) {
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
        public Subscribe snapshot(Supplier<List<SseEvent>> supplier) {
            return with(new OwnState(Objects.requireNonNull(supplier, "snapshot")));
        }

        /**
         * The state at the start, shared with all streams that name the same snapshot: taken off the event loops, and once for all
         * who come while it serves. It is sent to clients that start fresh or were reset, followed by every change after its
         * position, whatever start was chosen; one that comes when there is none waits for it, as with {@link #when}. Else as
         * {@link #snapshot(Supplier)}; its last event tells the position whatever the {@link #opening}. Name one object for each set
         * of clients that may see the same.
         *
         * @throws IllegalArgumentException if it is another hub's, or is not of all topics of this stream
         */
        public Subscribe snapshot(SseSnapshot shared) {
            return with(SharedState.of(shared, hub, topics));
        }

        /** Something to know the connection by later: {@link SseConnection#attribute}. */
        public Subscribe attribute(String name, Object value) {
            return with(terms.withAttribute(name, value));
        }

        /** Whose stream it is, such as a user's or a tenant's, for {@link Limits.Builder#connectionsPerKey}. */
        public Subscribe key(String name) {
            return with(terms.withKey(name));
        }

        /**
         * When the stream ends at the latest, with an event of type {@code credentials-expired}: usually when what the
         * client showed to get it expires. A client that comes back is asked anew. Where it has come already, the client
         * gets that event and nothing else: no snapshot and nothing retained, and no {@link SseConnection} is opened.
         */
        public Subscribe expiresAt(Instant time) {
            return with(terms.withExpiresAt(time));
        }

        /** How the stream begins, instead of {@link SseHandler.Builder#opening}; a generation's begins with its first event. */
        public Subscribe opening(StreamOpening value) {
            return with(terms.withOpening(value));
        }

        Subscribe following(Following generation) {
            return new Subscribe(hub, topics, start, state, terms, generation);
        }
    }

    /** A stream of a publisher's events that ends with them. Immutable and thread-safe. */
    final class Stream implements SseReply {
        final Flow.Publisher<SseEvent> publisher;
        final Function<? super Throwable, ? extends @Nullable SseEvent> failure;
        final StreamTerms terms;

        private Stream(
                Flow.Publisher<SseEvent> publisher,
                Function<? super Throwable, ? extends @Nullable SseEvent> failure,
                StreamTerms terms) {
            this.publisher = publisher;
            this.failure = failure;
            this.terms = terms;
        }

        /**
         * What the client is told of a failure, as the last event; null for nothing. Default: an event of type
         * {@code error} with JSON data {@code {"message":"the stream failed"}}, whatever the failure is: its message and
         * class go to the log and not to the client, unless this tells them. An EventSource calls {@code onerror} for an
         * event of this type, too, beside the listeners of it. Called on the event loop; must not block. Where it throws,
         * the default is told.
         */
        public Stream onFailure(Function<? super Throwable, ? extends @Nullable SseEvent> mapper) {
            return new Stream(publisher, Objects.requireNonNull(mapper, "mapper"), terms);
        }

        /** Something to know the connection by later: {@link SseConnection#attribute}. */
        public Stream attribute(String name, Object value) {
            return new Stream(publisher, failure, terms.withAttribute(name, value));
        }

        /** Whose stream it is: {@link Subscribe#key}. */
        public Stream key(String name) {
            return new Stream(publisher, failure, terms.withKey(name));
        }

        /**
         * When the stream ends at the latest, as {@link Subscribe#expiresAt}: the publisher is cancelled, and the response
         * cut off behind the event, so that it does not pass for whole. Where it has come already, nobody subscribes.
         */
        public Stream expiresAt(Instant time) {
            return new Stream(publisher, failure, terms.withExpiresAt(time));
        }
    }

    /** No stream. */
    record Refuse(int status, String reason) implements SseReply {
        /** Checks the status: 204, or from 400 to 599. */
        public Refuse {
            if (status != 204) {
                Checks.refusal(status);
            }
        }
    }

    /** Not now. */
    record RetryLater(Duration delay, String reason) implements SseReply {
        /** Checks the delay: from 0 to 365 days. */
        public RetryLater {
            Checks.atLeast("retryLater.delay", delay, 0);
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** An answer to come. */
    record When(CompletionStage<? extends @Nullable SseReply> stage) implements SseReply {}
}
