package dev.freshet.netty;

import java.util.Objects;

/**
 * Counters of an {@link SseServer} for sockets and faults of peers, since its start, and the figures of its streams.
 * Immutable and thread-safe.
 *
 * @param refusedSockets sockets that were closed as they were accepted, by {@link Limits.Builder#sockets} or {@link
 *     Limits.Builder#socketsPerAddress}
 * @param failedAccepts the number of failures to accept a socket, for example without a file descriptor left
 * @param streams the figures of streams and requests
 */
public record ServerStats(long refusedSockets, long failedAccepts, StreamStats streams) {
    /** Checks that the figures are not null. */
    public ServerStats {
        Objects.requireNonNull(streams, "streams");
    }

    /** Returns the number of protocol violations and incomplete inputs of peers: {@link StreamStats#peerFaults}. */
    public long peerFaults() {
        return streams.peerFaults();
    }
}
