package dev.freshet.netty;

/**
 * What strangers have cost an {@link SseServer} since its start. Immutable and thread-safe.
 *
 * @param refusedSockets sockets that were closed as they were accepted, for {@link Limits.Builder#sockets} or {@link
 *     Limits.Builder#socketsPerAddress}
 * @param failedAccepts how often no socket could be accepted, as without a file descriptor left
 * @param peerFaults what peers did that they must not, or that was not whole: malformed requests and handshakes, connections
 *     that broke off, topics that cannot be. The log has each at the level DEBUG
 */
public record ServerStats(long refusedSockets, long failedAccepts, long peerFaults) {}
