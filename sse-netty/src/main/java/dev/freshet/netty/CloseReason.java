package dev.freshet.netty;

/**
 * The reason for the end of a stream. A finite stream is completed if the reason is {@link #COMPLETED} or {@link
 * #FAILED}, and is cut off otherwise. A hub's stream is cut off if the reason is {@link #LAGGED}, {@link #STALLED},
 * {@link #OVERFLOW} or {@link #ERROR}, if {@link SseConnections#abort} ended it, or if its client does not take the
 * rest in time; it is completed otherwise. In either case an EventSource reconnects, until it is answered with {@link
 * SseReply#stop}. Thread-safe.
 */
public enum CloseReason {
    /**
     * The application called {@link SseConnection#close}, {@link SseConnections#close} or {@link SseConnections#abort}.
     */
    APPLICATION,
    /** The stream was finite, or its topics have ended, and the client received all of it. */
    COMPLETED,
    /**
     * The publisher of a finite stream failed. The failure is logged, and the client received the event of {@link
     * SseReply.Stream#onFailure}, if any.
     */
    FAILED,
    /** The client disconnected, which is normal. */
    PEER,
    /** The time of {@link SseReply.Subscribe#expiresAt} or {@link SseReply.Stream#expiresAt} was reached. */
    EXPIRED,
    /** The time of {@link SseHandler.Builder#maxLifetime} was reached. */
    LIFETIME,
    /** A newer stream of the same key replaced it: {@link Limits.Builder#evictOldest}. */
    EVICTED,
    /** The server is shutting down. */
    SHUTDOWN,
    /** The hub was closed; everything published before was sent. */
    HUB_CLOSED,
    /** Retention dropped events that the client had not read, and the policy is {@link LagPolicy#DISCONNECT}. */
    LAGGED,
    /**
     * The client took no byte for the write timeout, or of a finite stream less than {@link Limits.Builder#leastRate},
     * or none for a time while too much waited in sockets ({@link Limits.Builder#unsentBytes}); or the peer no
     * longer acknowledges data.
     */
    STALLED,
    /** More bytes of {@link SseConnection#send} waited than {@link SseHandler.Builder#sendLimit} allows. */
    OVERFLOW,
    /** The client sent what is not allowed on a stream, or something failed; the failure is logged. */
    ERROR
}
