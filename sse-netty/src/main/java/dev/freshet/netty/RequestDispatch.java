package dev.freshet.netty;

import dev.freshet.log.TopicNameException;
import dev.freshet.netty.SseReply.When;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The decision of the answer to a request: the checks before its endpoint is called, and the call. */
final class RequestDispatch {
    /** The statuses of requests that are malformed, or too large. */
    private static final Set<Integer> FAULTS = Set.of(400, 413, 414, 501, 505);

    static final HttpAnswer FAILED = HttpAnswer.refusal(RefusalReason.FAILED, 500, "the endpoint failed");

    private RequestDispatch() {}

    /**
     * Returns the answer to the head, by a check or by the endpoint; null if the endpoint is to be called with the body.
     */
    static @Nullable SseReply head(RequestEngine engine, RequestContext asked) {
        SseReply decided = check(engine, asked);
        if (decided != null) {
            return decided instanceof HttpAnswer refuse ? counted(engine, asked, refuse) : decided;
        }
        try {
            asked.head = asked.toRequest();
            asked.lastEventId = asked.head.checkedLastEventId();
        } catch (IllegalArgumentException e) {
            return counted(
                    engine,
                    asked,
                    HttpAnswer.refusal(
                            RefusalReason.MALFORMED,
                            400,
                            "query: " + ResponseWriter.quotable(String.valueOf(e.getMessage()))));
        }
        SseReply early = ask(engine, asked, endpoint -> endpoint.head(asked.head));
        SseReply instead = early == ReplyPass.INSTANCE ? null : unanswered(engine, asked);
        if (instead != null && early instanceof When when) {
            Stages.cancel(when.stage());
        }
        return instead == null ? early : instead;
    }

    /** Returns the answer to the whole request; null is a fault of the endpoint. */
    static @Nullable SseReply answer(RequestEngine engine, RequestContext asked) {
        HttpAnswer unread = body(engine, asked);
        if (unread != null) {
            return unread;
        }
        if (engine.shutdown().hasBegun()) {
            return ReplyLater.STOPPING;
        }
        if (asked.early != null) {
            return asked.early;
        }
        SseRequest request = asked.head.with(asked.body.take());
        return ask(engine, asked, endpoint -> endpoint.handle(request));
    }

    /** Returns the refusal of the body of a request whose head was accepted, or null. */
    static @Nullable HttpAnswer body(RequestEngine engine, RequestContext asked) {
        HttpAnswer unread = asked.body.refusal();
        return unread == null ? null : counted(engine, asked, unread);
    }

    /** Counts the refusal if its cause is a fault of the peer. */
    private static HttpAnswer counted(RequestEngine engine, RequestContext asked, HttpAnswer refuse) {
        if (FAULTS.contains(refuse.status())) {
            engine.faults().peer(asked.remote, refuse.bodyText().strip());
        }
        return refuse;
    }

    /** Returns the answer that precedes a call of the endpoint, or null. */
    private static @Nullable SseReply check(RequestEngine engine, RequestContext asked) {
        RequestOptions options = asked.options;
        long began = engine.holds().begin();
        // First, because these are headers of every answer.
        options.access()
                .setCorsHeaders(asked.request, cors -> asked.match.methods(cors, asked.request), asked::answerWith);
        HttpAnswer refused = asked.malformed == null ? options.access().check(asked.source) : asked.malformed;
        if (options.access().asksApplication()) {
            engine.holds().end(began, "cors and origins of", asked.match);
        }
        HttpAnswer unread = asked.body.refusal();
        if (unread != null
                && !asked.body.isOnlyTooLarge()) { // else the endpoint may refuse it otherwise, or pass it on
            return unread;
        }
        if (refused != null) {
            return refused;
        }
        if (asked.endpoint() == null) {
            boolean cors = options.access().cors() != null;
            Set<String> methods = new LinkedHashSet<>(asked.match.methods());
            if (cors) {
                methods.add(HttpMethod.OPTIONS.name());
            }
            String allowed = String.join(", ", methods);
            asked.answerWith(HttpHeaderNames.ALLOW, allowed);
            if (cors && asked.request.method().equals(HttpMethod.OPTIONS)) {
                return preflight(engine, asked);
            }
            return HttpAnswer.refusal(
                    RefusalReason.METHOD,
                    405,
                    "method: " + ResponseWriter.quotable(asked.request.method().name()) + " (expected: " + allowed
                            + ")");
        }
        int query = asked.match.target().query().length();
        int longest = options.limits().queryBytes();
        if (query > longest) {
            return HttpAnswer.refusal(
                    RefusalReason.TOO_LARGE, 414, "query: " + query + " bytes (expected: at most " + longest + ")");
        }
        return null;
    }

    /** Returns the answer to a request that the endpoint does not pass on and that cannot be answered here; else null. */
    private static @Nullable SseReply unanswered(RequestEngine engine, RequestContext asked) {
        if (engine.shutdown().hasBegun()) {
            return ReplyLater.STOPPING;
        }
        List<String> accept = asked.request.headers().getAll(HttpHeaderNames.ACCEPT);
        if (asked.options.strictAccept() && !RequestAccept.takesEventStream(accept)) {
            return HttpAnswer.refusal(
                    RefusalReason.NOT_ACCEPTABLE,
                    406,
                    "accept: " + ResponseWriter.quotable(String.join(", ", accept)) + " (expected: text/event-stream)");
        }
        return null;
    }

    private static SseReply preflight(RequestEngine engine, RequestContext asked) {
        CorsPolicy cors = asked.options.access().cors();
        if (cors == null || !cors.answersPreflight(asked.answerHeaders())) {
            return SseReply.stop();
        }
        try {
            return cors.preflight(asked.toRequest());
        } catch (Throwable e) {
            return failed(engine, asked, e);
        }
    }

    private static @Nullable SseReply ask(
            RequestEngine engine, RequestContext asked, Function<SseEndpoint, @Nullable SseReply> question) {
        SseEndpoint endpoint = Objects.requireNonNull(asked.endpoint(), "endpoint"); // checked before
        long began = engine.holds().begin();
        try {
            return question.apply(endpoint);
        } catch (Throwable e) {
            return failed(engine, asked, e);
        } finally {
            engine.holds().end(began, "endpoint", asked.match);
        }
    }

    /** Returns the answer to a request whose endpoint has failed. */
    static HttpAnswer failed(RequestEngine engine, RequestContext asked, Throwable failure) {
        TopicNameException topic = Faults.topic(failure);
        if (topic == null) {
            Log.warn("endpoint {} failed", asked.logPath(), failure);
            engine.faults().doubt(failure);
            return FAILED;
        }
        engine.faults().peer(asked.remote, String.valueOf(topic.getMessage()));
        return HttpAnswer.refusal(
                RefusalReason.UNKNOWN_TOPIC, 400, ResponseWriter.quotable(String.valueOf(topic.getMessage())));
    }
}
