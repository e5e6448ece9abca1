package dev.freshet.netty;

/**
 * Why a stream ended. A finite stream ends in good form where it is {@link #COMPLETED} or {@link #FAILED}, and is cut off else. A
 * hub's stream is cut off where it is {@link #LAGGED}, {@link #STALLED}, {@link #OVERFLOW} or {@link #ERROR}, by {@link
 * SseConnections#abort}, and where its client does not take the rest in time, and ends in good form else. Either way an EventSource
 * comes back, until it is told {@link SseReply#stop}. Thread-safe.
 */
public enum CloseReason {
    /** The application called {@link SseConnection#close}, {@link SseConnections#close} or {@link SseConnections#abort}. */
    APPLICATION,
    /** The stream was a finite one, or its topics have ended, and the client was told all of it. */
    COMPLETED,
    /** The publisher of a finite stream failed; the log has it, and the client was told where it is to be. */
    FAILED,
    /** The client went away: normal. */
    PEER,
    /** The time of {@link SseReply.Subscribe#expiresAt} or {@link SseReply.Stream#expiresAt} has come. */
    EXPIRED,
    /** The time of {@link SseHandler.Builder#maxLifetime} has come. */
    LIFETIME,
    /** A newer stream of its key has taken its place: {@link Limits.Builder#evictOldest}. */
    EVICTED,
    /** The server is shutting down. */
    SHUTDOWN,
    /** The hub was closed; everything published before was sent. */
    HUB_CLOSED,
    /** Retention dropped what the client had not read yet, and the policy is {@link LagPolicy#DISCONNECT}. */
    LAGGED,
    /**
     * The client took no byte for the write timeout, or of a finite stream less than {@link Limits.Builder#leastRate}, or none
     * for a time while too much waited in sockets ({@link Limits.Builder#unsentBytes}); or its end of the connection has
     * vanished.
     */
    STALLED,
    /** More was sent to this one client by {@link SseConnection#send} than it reads. */
    OVERFLOW,
    /** The client sent what has no place on a stream, or something failed; the log has it. */
    ERROR
}
