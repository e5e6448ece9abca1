package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** What is decided of a request before its endpoint is asked. */
final class Gate {
    private Gate() {}

    /** Returns the answer where the endpoint need not be asked, else null. */
    static @Nullable SseReply check(Options options, Asked asked) {
        Refuse refused = options.access().check(asked);
        if (refused != null) {
            return refused;
        }
        if (asked.endpoint() == null) {
            boolean cors = options.access().cors() != null;
            String allowed = asked.match.methods() + (cors ? ", OPTIONS" : "");
            asked.answerHeaders.set(HttpHeaderNames.ALLOW, allowed);
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
        if (!Accept.takesEventStream(asked.request.headers().getAll(HttpHeaderNames.ACCEPT))) {
            String accept = String.join(", ", asked.request.headers().getAll(HttpHeaderNames.ACCEPT));
            return new Refuse(406, "accept: " + accept + " (expected: text/event-stream)");
        }
        return null;
    }
}
