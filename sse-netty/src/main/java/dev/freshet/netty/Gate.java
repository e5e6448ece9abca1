package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;

/** What is decided of a request before its endpoint is asked. */
final class Gate {
    private Gate() {}

    /** Returns the answer where the endpoint need not be asked, else null. */
    static @Nullable SseReply check(Asked asked) {
        if (asked.endpoint() == null) {
            String allowed = asked.match.methods();
            asked.answerHeaders.set(HttpHeaderNames.ALLOW, allowed);
            return new Refuse(405, "method: " + asked.request.method() + " (expected: " + allowed + ")");
        }
        if (!Accept.takesEventStream(asked.request.headers().getAll(HttpHeaderNames.ACCEPT))) {
            String accept = String.join(", ", asked.request.headers().getAll(HttpHeaderNames.ACCEPT));
            return new Refuse(406, "accept: " + accept + " (expected: text/event-stream)");
        }
        return null;
    }
}
