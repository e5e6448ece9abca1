package dev.freshet.netty;

/**
 * The reason why a request was refused in place of a stream or another answer. The set is closed and small, so that a
 * reason can be the tag of a metric and the case of a {@code switch}. A text could not: the texts of refusals quote what
 * clients send. Each value stands for one thing that an operator would look into, not for a status: a refusal of one
 * reason is told to a browser's EventSource with status 200 and to another client with 503. Later versions may add
 * values. Thread-safe.
 */
public enum RefusalReason {
    /** A limit of open streams was reached, in all, for the address or for the key: {@link Limits.Builder#connections}. */
    STREAMS,
    /** The request named more topics than are allowed, or the hub has no memory left to follow another topic. */
    TOPICS,
    /** The requests that are incomplete or wait hold too many bytes, or an executor of the application rejected a task. */
    OVERLOADED,
    /** A shutdown has begun. */
    SHUTDOWN,
    /** The endpoint did not answer in time, or the rest of the request did not arrive in time. */
    TIMEOUT,
    /** The hub is closed. */
    HUB_CLOSED,
    /** The hub has not read yet what its store keeps, or the store has not kept the start of a generation. */
    NOT_LOADED,
    /** The snapshot failed, or was too old each time. */
    SNAPSHOT,
    /** The time at which the stream was to expire had passed. */
    EXPIRED,
    /** The host is none of this server: {@link SseHandler.Builder#hosts}. */
    HOST,
    /** The origin is none that may send requests: {@link SseHandler.Builder#origins}. */
    ORIGIN,
    /** The request is malformed, or in a version or coding that is not supported. */
    MALFORMED,
    /** The request line, the header, the query or the body is too large. */
    TOO_LARGE,
    /** The path has no endpoint for the method. */
    METHOD,
    /** The request does not accept a stream of events: {@link SseHandler.Builder#strictAccept}. */
    NOT_ACCEPTABLE,
    /** The path has no endpoint. */
    NOT_FOUND,
    /** The topic has an invalid name, or is unknown, or is not the one that the client follows. */
    UNKNOWN_TOPIC,
    /** The endpoint or the publisher failed; the failure is logged. */
    FAILED,
    /** The endpoint refused the request: {@link SseReply#refuse} or {@link SseReply#retryLater}. */
    APPLICATION
}
