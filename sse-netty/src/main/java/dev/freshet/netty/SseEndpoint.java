package dev.freshet.netty;

import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The function of an application that answers a request for a stream.
 *
 * <p>Called on the event loop of the connection, so it must not block; {@link #blocking} is for code that does. If it
 * throws, the failure is logged and the request refused with 500; other connections are not affected. Implementations
 * must be thread-safe.
 *
 * <p>The path of {@link SseHandler.Builder#endpoint} begins with a slash. Each of its segments is a literal, a
 * parameter <code>{name}</code> or, as the last, <code>*</code> for the rest. A name consists of ASCII letters, digits,
 * underscores and hyphens, does not begin with a digit or hyphen, and occurs once. A literal is percent-decoded, is
 * empty only as the last segment, and is neither one dot nor two. It has none of the characters
 * <code>{}&lt;&gt;[]*\?#</code>, no control and no percent-encoded character, and does not begin with a colon: the
 * parameter syntax of other routers is rejected.
 */
@FunctionalInterface
public interface SseEndpoint {
    /** Returns the reply to a request; never null. */
    SseReply handle(SseRequest request);

    /**
     * Checks a request by its head, before any of its body is read: a token verified here keeps the body of an
     * unauthorized client out of memory. A client that waits by {@code Expect: 100-continue} is sent 100 only once the
     * head is accepted.
     *
     * <p>A whole response, refusals included, and {@link SseReply#retryLater} are written at once, even if the body is
     * too large to be read. {@link SseReply#pass} passes the request with its body to the handlers behind. Any other
     * reply is given when the body has been received, which is discarded. A {@link SseReply#when} whose stage completes
     * with null also accepts the head; until it completes nothing more of the request is read.
     *
     * @param request without its body
     * @return null to have the body read and the request {@linkplain #handle handled}, as by default
     */
    default @Nullable SseReply head(SseRequest request) {
        return null;
    }

    /**
     * Returns an endpoint whose code may block. It runs on the executor: {@link #head} before the body is read and
     * {@link #handle} after it, both in one task for a request without a body. If the executor rejects the task, or
     * would run it on the calling thread, which is an event loop, the client is told to retry later. The executor
     * should be bounded: a request that was received in full is handled even if its client has disconnected, and stays
     * in the executor's queue until it has run.
     */
    static SseEndpoint blocking(Executor executor, SseEndpoint endpoint) {
        return new BlockingEndpoint(
                Objects.requireNonNull(executor, "executor"), Objects.requireNonNull(endpoint, "endpoint"));
    }
}
