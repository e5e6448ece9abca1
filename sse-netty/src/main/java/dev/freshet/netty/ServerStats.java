package dev.freshet.netty;

/**
 * Counters of an {@link SseServer} for refused sockets and faults of peers, since its start. Immutable and thread-safe.
 *
 * @param refusedSockets sockets that were closed as they were accepted, by {@link Limits.Builder#sockets} or {@link
 *     Limits.Builder#socketsPerAddress}
 * @param failedAccepts the number of failures to accept a socket, for example without a file descriptor left
 * @param peerFaults protocol violations and incomplete input of peers: malformed requests and handshakes, connections
 *     that broke off, invalid topics. Each is logged at the level DEBUG
 */
public record ServerStats(long refusedSockets, long failedAccepts, long peerFaults) {}
