package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From a request to its answer: what is decided before its endpoint is asked, and the asking. */
final class Gate {
    private Gate() {}

    /** What the endpoint answers, or what is answered in its place; null is a mistake of the endpoint's. */
    static @Nullable SseReply answer(Engine engine, Asked asked) {
        SseReply decided = check(engine.options(), asked);
        if (decided != null) {
            return decided;
        }
        return engine.isStopping() ? SoftRefusal.STOPPING : ask(engine, asked);
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
            return new Refuse(405, "method: " + asked.request.method() + " (expected: " + allowed + ")");
        }
        int query = asked.match.target().query().length();
        int longest = options.limits().queryBytes();
        if (query > longest) {
            return new Refuse(414, "query: " + query + " bytes (expected: at most " + longest + ")");
        }
        List<String> accept = asked.request.headers().getAll(HttpHeaderNames.ACCEPT);
        if (options.strictAccept() && !Accept.takesEventStream(accept)) {
            return new Refuse(406, "accept: " + String.join(", ", accept) + " (expected: text/event-stream)");
        }
        return null;
    }

    private static @Nullable SseReply ask(Engine engine, Asked asked) {
        SseRequest request;
        try {
            request = new SseRequest(asked);
            asked.lastEventId = request.lastEventId();
        } catch (IllegalArgumentException e) {
            return new Refuse(400, "query: " + e.getMessage());
        }
        SseEndpoint endpoint = Objects.requireNonNull(asked.endpoint(), "endpoint"); // or the gate had refused
        try {
            return endpoint.handle(request);
        } catch (Throwable e) {
            return failed(engine, asked, e);
        }
    }

    /** What is answered where the endpoint has failed. */
    static Refuse failed(Engine engine, Asked asked, Throwable failure) {
        TopicException topic = Faults.topic(failure);
        if (topic == null) {
            Engine.log.warn("endpoint {} failed", asked.place(), failure);
            engine.faults().doubt(failure);
            return new Refuse(500, "the endpoint failed");
        }
        engine.faults().peer(asked.remote, String.valueOf(topic.getMessage()));
        return new Refuse(400, String.valueOf(topic.getMessage()));
    }
}
