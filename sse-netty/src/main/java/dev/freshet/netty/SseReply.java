package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.StartRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an {@link SseEndpoint} answers. Immutable and thread-safe. */
public sealed interface SseReply
        permits SseReply.Subscribe,
                SseReply.Stream,
                SseReply.RetryLater,
                SseReply.When,
                HttpAnswer,
                ReplyPass,
                ReplyExpired {
    /**
     * The same with one header more, in the head of the answer: a cookie, a session's or a correlation id. Each call adds one,
     * also of a name that is there.
     *
     * @param name a token (RFC 9110 5.6.2); none that frames the message or the library sets itself, such as {@code
     *     Content-Type}, and of another reply than a whole answer neither {@code Cache-Control} nor what tells of a
     *     representation
     * @param value without control characters and without space at its ends, one char for each byte (RFC 9110 5.5)
     * @throws IllegalArgumentException if one has another form
     * @throws IllegalStateException of {@link #pass}, which is another handler's to answer
     */
    SseReply header(String name, String value);

    /** The headers that were added, in order; immutable. */
    List<Map.Entry<String, String>> headers();

    /**
     * Follows topics of a hub: {@link #subscribe(SseHub, Collection)}. An endpoint that throws what this throws, because its
     * client names the topics, refuses with 400.
     */
    static Subscribe subscribe(SseHub hub, String... topics) {
        return subscribe(hub, Arrays.asList(Objects.requireNonNull(topics, "topics")));
    }

    /**
     * Follows topics of a hub. An endpoint that throws this, because its client names the topics, refuses with 400.
     *
     * @throws IllegalArgumentException if there is no topic, or one is null, empty or too long
     */
    static Subscribe subscribe(SseHub hub, Collection<String> topics) {
        Objects.requireNonNull(hub, "hub");
        return new Subscribe(hub, Checks.topics(topics), StartRequest.latest(), null, StreamTerms.NONE, null);
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
        return stream(new PublisherSource(
                Objects.requireNonNull(executor, "executor"), Objects.requireNonNull(source, "source")));
    }

    /** Answers with these events, and ends the response behind them: as {@link #stream(Flow.Publisher)}. */
    static Stream stream(List<SseEvent> events) {
        return stream(new PublisherEventList(List.copyOf(Objects.requireNonNull(events, "events"))));
    }

    /**
     * A whole answer in the place of a stream, without a body: 202, or a redirect with its {@link #header Location}. A browser's
     * EventSource follows redirects, and gives up for good on any status but 200.
     *
     * @param status from 200 to 599
     * @throws IllegalArgumentException if it is another
     */
    static HttpAnswer answer(int status) {
        return HttpAnswer.of(status);
    }

    /**
     * A whole answer in the place of a stream. Not kept by caches unless a {@code Cache-Control} is added.
     *
     * @param status from 200 to 599
     * @param contentType the media type of the body, such as {@code text/html;charset=utf-8}
     * @param body copied; with 204, 205 and 304 empty
     * @throws IllegalArgumentException if the status is another, or cannot have that body
     */
    static HttpAnswer answer(int status, String contentType, byte[] body) {
        Objects.requireNonNull(contentType, "contentType");
        return HttpAnswer.of(
                status, contentType, Objects.requireNonNull(body, "body").clone());
    }

    /** The same, of a text that is sent in UTF-8. */
    static HttpAnswer answer(int status, String contentType, String body) {
        return answer(status, contentType, Objects.requireNonNull(body, "body").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The same, of a value as JSON, written now as by {@link SseEvent#json(Object)}.
     *
     * @throws IllegalArgumentException if the value cannot be written
     */
    static HttpAnswer json(int status, Object value) {
        String text = SseEvent.json(Objects.requireNonNull(value, "value")).data();
        return answer(status, HttpAnswer.JSON, Objects.requireNonNull(text));
    }

    /** Refuses with a status from 400 to 599. A browser's EventSource then gives up for good. */
    static HttpAnswer refuse(int status) {
        return refuse(status, "");
    }

    /**
     * Refuses with a status from 400 to 599 and a reason, sent as plain text; 401 with a challenge for a bearer token, unless
     * another is added.
     *
     * @throws IllegalArgumentException if the status is another
     */
    static HttpAnswer refuse(int status, String reason) {
        Checks.refusal(status);
        return HttpAnswer.refusal(status, Objects.requireNonNull(reason, "reason"));
    }

    /** Tells the client that there is nothing more and that it shall not come back: 204. */
    static HttpAnswer stop() {
        return answer(204);
    }

    /**
     * Lets the request go on down the pipeline with its body, as if there were no endpoint. Only {@link SseEndpoint#head} may
     * answer so, at once: what is behind it reads the body as it comes. Elsewhere, by {@link #when} and on the executor of {@link
     * SseEndpoint#blocking} too, it is a failure of the endpoint's: 500. What is refused before the endpoint is asked, for its
     * host, its origin or its query, does not pass.
     */
    static SseReply pass() {
        return ReplyPass.INSTANCE;
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
    static RetryLater retryLater(Duration delay) {
        return new RetryLater(delay, "");
    }

    /**
     * Answers later; the stage may complete on any thread. One that fails is refused with 500, and one that does not
     * complete within {@link Limits.Builder#answerTimeout} is told to come later. It is cancelled then, and when the client
     * goes before, so it must be this request's own: {@code copy()} one that others wait for.
     */
    static When when(CompletionStage<? extends @Nullable SseReply> stage) {
        return new When(Objects.requireNonNull(stage, "stage"));
    }

    /** A stream of topics. Immutable and thread-safe. */
    final class Subscribe extends ReplySubscribe implements SseReply {
        private Subscribe(
                SseHub hub,
                List<String> topics,
                StartRequest start,
                @Nullable HubState state,
                StreamTerms terms,
                @Nullable ReplyFollowing following) {
            super(hub, topics, start, state, terms, following);
        }

        @Override
        Subscribe with(StartRequest place) {
            return new Subscribe(hub, topics, place, state, terms, following);
        }

        @Override
        Subscribe with(HubState value) {
            return new Subscribe(hub, topics, start, value, terms, following);
        }

        @Override
        Subscribe with(StreamTerms more) {
            return new Subscribe(hub, topics, start, state, more, following);
        }

        Subscribe following(ReplyFollowing generation) {
            return new Subscribe(hub, topics, start, state, terms, generation);
        }
    }

    /** A stream of a publisher's events that ends with them. Immutable and thread-safe. */
    final class Stream extends ReplyStream<Stream> implements SseReply {
        final Flow.Publisher<SseEvent> publisher;
        final Function<? super Throwable, ? extends @Nullable SseEvent> failure;

        private Stream(
                Flow.Publisher<SseEvent> publisher,
                Function<? super Throwable, ? extends @Nullable SseEvent> failure,
                StreamTerms terms) {
            super(terms);
            this.publisher = publisher;
            this.failure = failure;
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

        @Override
        Stream with(StreamTerms more) {
            return new Stream(publisher, failure, more);
        }
    }

    /** Not now: {@link #retryLater}. */
    record RetryLater(Duration delay, String reason, List<Map.Entry<String, String>> headers) implements SseReply {
        /** Checks the delay, from 0 to 365 days, and the headers as {@link #header} does. */
        public RetryLater {
            Checks.atLeast("retryLater.delay", delay, 0);
            Objects.requireNonNull(reason, "reason");
            headers = AddedHeaders.checked(Objects.requireNonNull(headers, "headers"));
        }

        RetryLater(Duration delay, String reason) {
            this(delay, reason, List.of());
        }

        @Override
        public RetryLater header(String name, String value) {
            return new RetryLater(delay, reason, AddedHeaders.addToStream(headers, name, value));
        }
    }

    /** An answer to come: {@link #when}. Its headers are added to those of that. */
    record When(CompletionStage<? extends @Nullable SseReply> stage, List<Map.Entry<String, String>> headers)
            implements SseReply {
        /** Checks the headers, as {@link #header} does. */
        public When {
            Objects.requireNonNull(stage, "stage");
            headers = AddedHeaders.checked(Objects.requireNonNull(headers, "headers"));
        }

        When(CompletionStage<? extends @Nullable SseReply> stage) {
            this(stage, List.of());
        }

        @Override
        public When header(String name, String value) {
            return new When(stage, AddedHeaders.addToStream(headers, name, value));
        }
    }
}
