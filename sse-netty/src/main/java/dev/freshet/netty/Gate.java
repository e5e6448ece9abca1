package dev.freshet.netty;

import dev.freshet.log.TopicNameException;
import dev.freshet.netty.SseReply.Refuse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From a request to its answer: what is decided before its endpoint is asked, and the asking. */
final class Gate {
    /** The statuses of requests that are malformed, or too large. */
    private static final Set<Integer> FAULTS = Set.of(400, 413, 414, 501, 505);

    private Gate() {}

    /** What is answered to the head, by the endpoint or in its place; null where the endpoint is to be asked with the body. */
    static @Nullable SseReply head(Engine engine, Asked asked) {
        SseReply decided = check(engine.options(), asked);
        if (decided != null) {
            return decided instanceof Refuse refuse ? counted(engine, asked, refuse) : decided;
        }
        if (engine.isStopping()) {
            return SoftRefusal.STOPPING;
        }
        try {
            asked.head = new SseRequest(asked);
            asked.lastEventId = asked.head.checkedLastEventId();
        } catch (IllegalArgumentException e) {
            return counted(
                    engine, asked, new Refuse(400, "query: " + Replies.quotable(String.valueOf(e.getMessage()))));
        }
        return ask(engine, asked, endpoint -> endpoint.head(asked.head));
    }

    /** What is answered to the whole; null is a mistake of the endpoint's. */
    static @Nullable SseReply answer(Engine engine, Asked asked) {
        Refuse unread = asked.body.refusal();
        if (unread != null) {
            return counted(engine, asked, unread);
        }
        if (engine.isStopping()) {
            return SoftRefusal.STOPPING;
        }
        if (asked.early != null) {
            return asked.early;
        }
        SseRequest request = asked.head.with(asked.body.take());
        return ask(engine, asked, endpoint -> endpoint.handle(request));
    }

    /** Counts it where its request is a fault of the peer's. */
    private static Refuse counted(Engine engine, Asked asked, Refuse refuse) {
        if (FAULTS.contains(refuse.status())) {
            engine.faults().peer(asked.remote, String.valueOf(refuse.reason()));
        }
        return refuse;
    }

    /** Returns the answer where the endpoint need not be asked, else null. */
    private static @Nullable SseReply check(Options options, Asked asked) {
        Refuse refused = options.access().check(asked); // sets headers of every answer, so it goes first
        Refuse unread = asked.body.refusal();
        if (unread != null) {
            return unread;
        }
        if (refused != null) {
            return refused;
        }
        if (asked.endpoint() == null) {
            boolean cors = options.access().cors() != null;
            String allowed = asked.match.methods() + (cors ? ", OPTIONS" : "");
            asked.answerWith(HttpHeaderNames.ALLOW, allowed);
            if (cors && asked.request.method().equals(HttpMethod.OPTIONS)) {
                return SseReply.stop();
            }
            return new Refuse(
                    405, "method: " + Replies.quotable(asked.request.method().name()) + " (expected: " + allowed + ")");
        }
        int query = asked.match.target().query().length();
        int longest = options.limits().queryBytes();
        if (query > longest) {
            return new Refuse(414, "query: " + query + " bytes (expected: at most " + longest + ")");
        }
        List<String> accept = asked.request.headers().getAll(HttpHeaderNames.ACCEPT);
        if (options.strictAccept() && !Accept.takesEventStream(accept)) {
            return new Refuse(
                    406, "accept: " + Replies.quotable(String.join(", ", accept)) + " (expected: text/event-stream)");
        }
        return null;
    }

    private static @Nullable SseReply ask(
            Engine engine, Asked asked, Function<SseEndpoint, @Nullable SseReply> question) {
        SseEndpoint endpoint = Objects.requireNonNull(asked.endpoint(), "endpoint"); // or the gate had refused
        long began = engine.holds().begin();
        try {
            return question.apply(endpoint);
        } catch (Throwable e) {
            return failed(engine, asked, e);
        } finally {
            engine.holds().end(began, "endpoint", asked.match);
        }
    }

    /** What is answered where the endpoint has failed. */
    static Refuse failed(Engine engine, Asked asked, Throwable failure) {
        TopicNameException topic = Faults.topic(failure);
        if (topic == null) {
            Engine.log.warn("endpoint {} failed", asked.place(), failure);
            engine.faults().doubt(failure);
            return new Refuse(500, "the endpoint failed");
        }
        engine.faults().peer(asked.remote, String.valueOf(topic.getMessage()));
        return new Refuse(400, Replies.quotable(String.valueOf(topic.getMessage())));
    }
}
