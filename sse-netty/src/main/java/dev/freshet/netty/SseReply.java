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

/**
 * The reply of an {@link SseEndpoint} to a request. A test calls the endpoint with a request of {@link
 * SseRequest#builder} and reads the reply by its kind: {@link Subscribe}, {@link Stream}, {@link HttpAnswer}, {@link
 * RetryLater} or {@link When}. That of {@link #pass} is always the same object. Immutable and thread-safe.
 */
public sealed interface SseReply
        permits SseReply.Subscribe,
                SseReply.Stream,
                SseReply.RetryLater,
                SseReply.When,
                HttpAnswer,
                ReplyPass,
                ReplyExpired {
    /**
     * Returns this reply with a further header in the head of the response, such as a cookie. Each call adds one, even
     * if the name is present.
     *
     * @param name a token (RFC 9110 5.6.2); none that frames the message or that the library sets, such as {@code
     *     Content-Type}. For a stream, nor {@code Cache-Control} or a header of a representation
     * @param value without control characters and without space at its ends, one char for each byte (RFC 9110 5.5)
     * @throws IllegalArgumentException if the name or the value has another form
     * @throws IllegalStateException if this is {@link #pass}, which another handler answers
     */
    SseReply header(String name, String value);

    /** Returns the headers that were added, in order; immutable. */
    List<Map.Entry<String, String>> headers();

    /** Returns a stream of topics of a hub: {@link #subscribe(SseHub, Collection)}. */
    static Subscribe subscribe(SseHub hub, String... topics) {
        return subscribe(hub, Arrays.asList(Objects.requireNonNull(topics, "topics")));
    }

    /**
     * Returns a stream of topics of a hub.
     *
     * @throws IllegalArgumentException if there is no topic, or one is null, empty or too long. If an endpoint does not
     *     catch the exception, the request is refused with 400
     */
    static Subscribe subscribe(SseHub hub, Collection<String> topics) {
        Objects.requireNonNull(hub, "hub");
        return new Subscribe(hub, Checks.topics(topics), StartRequest.latest(), null, StreamTerms.NONE, null);
    }

    /**
     * Returns a finite stream of a publisher's events, for POST as well as GET. The response ends when the publisher
     * completes. Each request subscribes once more. Events are requested as the client's socket has room for them. The
     * publisher may signal on any thread, and its subscription is cancelled when the client disconnects. {@code
     * subscribe}, {@code request} and {@code cancel} are called on the event loop and must not block.
     *
     * <p>The response is complete (RFC 9112 8: with the last chunk; RFC 9113 8.1: with END_STREAM) if the publisher has
     * completed, or has failed and the client was sent the event of the failure. Any other end cuts the response off:
     * by shutdown, close, expiry or a limit of the server, or by the network. A {@code fetch} then fails with a {@code
     * TypeError}, other clients with a read error. Because some proxies complete a response that was cut off, the
     * publisher's last event should be a terminator such as {@code data: [DONE]}, without which a client treats the
     * response as incomplete. None is added here. A response that was cut off cannot be resumed, only requested again.
     * An {@link SseGeneration} continues without its client.
     *
     * <p>A browser's EventSource does not distinguish a complete response from one that was cut off: it reconnects, and
     * the publisher is subscribed again. Have the page close it on a last event, answer the reconnection with {@link
     * #stop}, or read the response with {@code fetch}.
     *
     * <p>A failure of the publisher is reported to the client by an event: {@link Stream#onFailure}. A publisher that
     * signals null, more than was requested, or an event whose id no client could send back has also failed. If {@code
     * subscribe} throws, the request is refused with 500, or 503 for a {@link
     * java.util.concurrent.RejectedExecutionException}.
     */
    static Stream stream(Flow.Publisher<SseEvent> publisher) {
        return new Stream(
                Objects.requireNonNull(publisher, "publisher"), cause -> FailureEvent.DEFAULT, StreamTerms.NONE);
    }

    /**
     * Returns a finite stream that blocking code writes. The response ends when the code returns; if it throws, the
     * stream has failed. Otherwise as {@link #stream(Flow.Publisher)}.
     *
     * @param executor runs the code once for each request, on threads that it may block, such as virtual ones. If it
     *     rejects the task, or would run it on the calling thread, an event loop, the request is refused with 503
     */
    static Stream stream(Executor executor, SseSource source) {
        return stream(new PublisherSource(
                Objects.requireNonNull(executor, "executor"), Objects.requireNonNull(source, "source")));
    }

    /** Returns a finite stream of these events, none null, which are copied; see {@link #stream(Flow.Publisher)}. */
    static Stream stream(List<SseEvent> events) {
        return stream(new PublisherEventList(List.copyOf(Objects.requireNonNull(events, "events"))));
    }

    /**
     * Returns a reply that is a whole response instead of a stream, without a body: 202, or a redirect with its {@link
     * #header Location}. A browser's EventSource follows redirects, and fails permanently on any status but 200.
     *
     * @param status from 200 to 599
     * @throws IllegalArgumentException if the status is another
     */
    static HttpAnswer answer(int status) {
        return HttpAnswer.of(status);
    }

    /**
     * Returns a reply that is a whole response, with {@code no-store} unless a {@code Cache-Control} is added.
     *
     * @param status from 200 to 599
     * @param contentType the media type of the body, such as {@code text/html;charset=utf-8}
     * @param body copied; with 204, 205 and 304 empty
     * @throws IllegalArgumentException if the status is another or cannot have that body, or the type is invalid
     */
    static HttpAnswer answer(int status, String contentType, byte[] body) {
        Objects.requireNonNull(contentType, "contentType");
        return HttpAnswer.of(
                status, contentType, Objects.requireNonNull(body, "body").clone());
    }

    /** Returns a whole response as {@link #answer(int, String, byte[])} does, with a text that is sent in UTF-8. */
    static HttpAnswer answer(int status, String contentType, String body) {
        return answer(status, contentType, Objects.requireNonNull(body, "body").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns a whole response with a value as JSON, which is written now as by {@link SseEvent#json(Object)}.
     *
     * @throws IllegalArgumentException if the value cannot be written, or the status is not from 200 to 599
     */
    static HttpAnswer json(int status, Object value) {
        String text = SseEvent.json(Objects.requireNonNull(value, "value")).data();
        return answer(status, HttpAnswer.JSON, Objects.requireNonNull(text));
    }

    /** Returns a refusal with the reason phrase of the status: {@link #refuse(int, String)}. */
    static HttpAnswer refuse(int status) {
        return refuse(status, "");
    }

    /**
     * Returns a refusal with a status from 400 to 599 and a reason, sent as plain text. A browser's EventSource then
     * fails permanently. A 401 has a challenge for a bearer token, unless another is added.
     *
     * @throws IllegalArgumentException if the status is another
     */
    static HttpAnswer refuse(int status, String reason) {
        Checks.refusal(status);
        return HttpAnswer.refusal(RefusalReason.APPLICATION, status, Objects.requireNonNull(reason, "reason"));
    }

    /** Returns a response that there is nothing more, and that the client should not reconnect: 204. */
    static HttpAnswer stop() {
        return answer(204);
    }

    /**
     * Returns a reply that passes the request with its body to the handlers behind, as if there were no endpoint. Only
     * {@link SseEndpoint#head} may return it, and at once, because the handlers behind read the body as it arrives.
     * Anywhere else, such as in {@link #when} or on an executor of {@link SseEndpoint#blocking}, it is a failure of the
     * endpoint: 500. A request whose host, origin or query is refused does not pass.
     */
    static SseReply pass() {
        return ReplyPass.INSTANCE;
    }

    /**
     * Returns a reply that tells the client to retry later. A request that looks like a browser's EventSource (method
     * GET or HEAD, {@code text/event-stream} accepted by name, and {@code Sec-Fetch-*} or a {@code User-Agent} that
     * begins with {@code Mozilla/}) is answered with a stream of one {@code retry}, spread over half of the delay, at
     * least over a second. Any other is answered with 503 and {@code Retry-After}. Both are disconnected.
     *
     * @param delay from 0 to 365 days
     * @throws IllegalArgumentException if the delay is another
     */
    static RetryLater retryLater(Duration delay) {
        return new RetryLater(delay, "");
    }

    /**
     * Returns a reply that is given later; the stage may complete on any thread. A stage that fails is answered with
     * 500, and one that does not complete within {@link Limits.Builder#answerTimeout} with a retry later. The stage is
     * cancelled then, and when the client disconnects before, so it must belong to this request alone: pass the {@code
     * copy()} of a shared one.
     */
    static When when(CompletionStage<? extends @Nullable SseReply> stage) {
        return new When(stage, List.of());
    }

    /** A stream of topics. Immutable and thread-safe. */
    final class Subscribe extends ReplySubscribe implements SseReply {
        private Subscribe(
                SseHub hub,
                List<String> topics,
                StartRequest start,
                @Nullable HubState state,
                StreamTerms terms,
                @Nullable ReplyFollowGeneration following) {
            super(hub, topics, start, state, terms, following);
        }

        @Override
        Subscribe with(StartRequest value) {
            return new Subscribe(hub, topics, value, state, terms, following);
        }

        @Override
        Subscribe with(HubState value) {
            return new Subscribe(hub, topics, start, value, terms, following);
        }

        @Override
        Subscribe with(StreamTerms more) {
            return new Subscribe(hub, topics, start, state, more, following);
        }

        Subscribe following(ReplyFollowGeneration generation) {
            return new Subscribe(hub, topics, start, state, terms, generation);
        }
    }

    /** A stream of a publisher's events that ends with them. Immutable and thread-safe. */
    final class Stream extends ReplyPublisher implements SseReply {
        private Stream(
                Flow.Publisher<SseEvent> publisher,
                Function<? super Throwable, ? extends @Nullable SseEvent> failure,
                StreamTerms terms) {
            super(publisher, failure, terms);
        }

        /**
         * Sets the last event, which reports a failure to the client; null for none. Default: an event of type {@code
         * error} with JSON data {@code {"message":"the stream failed"}}, whatever the failure is: its message and class
         * are logged and not sent. An EventSource calls {@code onerror} for an event of this type, beside its
         * listeners. The mapper is called on the event loop and must not block. If it throws, the default is sent.
         */
        public Stream onFailure(Function<? super Throwable, ? extends @Nullable SseEvent> mapper) {
            return new Stream(publisher, Objects.requireNonNull(mapper, "mapper"), terms);
        }

        @Override
        Stream with(StreamTerms more) {
            return new Stream(publisher, failure, more);
        }
    }

    /** A reply that tells the client to retry later: {@link #retryLater}. */
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

    /** A reply that is given later: {@link #when}. Its headers are added to those of the later reply. */
    record When(CompletionStage<? extends @Nullable SseReply> stage, List<Map.Entry<String, String>> headers)
            implements SseReply {
        /** Checks the headers, as {@link #header} does. */
        public When {
            Objects.requireNonNull(stage, "stage");
            headers = AddedHeaders.checked(Objects.requireNonNull(headers, "headers"));
        }

        @Override
        public When header(String name, String value) {
            return new When(stage, AddedHeaders.addToStream(headers, name, value));
        }
    }
}
