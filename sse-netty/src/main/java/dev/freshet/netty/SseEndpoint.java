package dev.freshet.netty;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an application answers to a request for a stream.
 *
 * <p>Called on the event loop of the connection, so it must not block; {@link #blocking} is for code that does. One that
 * throws is logged and refused with 500; no other connection is harmed. Implementations must be thread-safe.
 *
 * <p>The path that it is registered at, {@link SseHandler.Builder#endpoint}, begins with a slash. Each of its segments is a literal,
 * a parameter <code>{name}</code> or, as the last, <code>*</code> for the rest. A name is of ASCII letters, digits, underscores and
 * hyphens, does not begin with a digit or hyphen, and is there once. A literal is as it is decoded, not empty but as the last segment,
 * and neither of one dot nor of two. It has none of the characters <code>{}&lt;&gt;[]*\?#</code>, no control and no percent-encoded character,
 * and does not begin with a colon: what other routers take for a parameter is refused.
 */
@FunctionalInterface
public interface SseEndpoint {
    /** Decides; not null. */
    SseReply handle(SseRequest request);

    /**
     * Judges a request by its head, before anything of its body is read: here a token is looked at, so that a stranger's
     * body takes no memory. What waits for {@code Expect: 100-continue} is told to go on only once the head is accepted.
     *
     * <p>A whole answer, a refusal among them, and {@link SseReply#retryLater} are given at once, also where the body is too
     * large to be read; {@link SseReply#pass} lets the request go on to the handlers behind, with its body. Any other reply is
     * given when the body has come, which is dropped. One by {@link SseReply#when} whose stage completes with null accepts, too; until it completes nothing
     * more is read of the request.
     *
     * @param request without its body
     * @return null to have the body read and the request {@linkplain #handle handled}, as by default
     */
    default @Nullable SseReply head(SseRequest request) {
        return null;
    }

    /**
     * An endpoint whose code may block: it runs on the executor, {@link #head} before the body is read and {@link #handle}
     * behind it, and for a request without a body both at once. Where the executor is full, clients are told to come later,
     * and so they are where it would run the code on the calling thread, an event loop. The executor is to be bounded: a
     * request that came in whole is handled though its client has gone, and until then the executor holds it.
     */
    static SseEndpoint blocking(Executor executor, SseEndpoint endpoint) {
        return new BlockingEndpoint(
                Objects.requireNonNull(executor, "executor"), Objects.requireNonNull(endpoint, "endpoint"));
    }
}
