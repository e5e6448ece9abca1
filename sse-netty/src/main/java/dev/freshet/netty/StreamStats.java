package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.log.Reset;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The figures of the streams and requests of a handler or server at about one moment. Counts begin when the handler is
 * built; each is exact, but they are read one after the other. Immutable and thread-safe.
 *
 * @param endpoints the streams by endpoint, protocol and kind, those only of which there was one
 * @param closed the number of streams that have ended, by each reason
 * @param refused the number of requests that were refused, by each reason; includes requests of no endpoint, those that
 *     could not be decoded, and those over HTTP/2 whose stream was reset in place of a response. Connections that end
 *     before the first byte of a request, streams that break a rule of the framing of HTTP/2, and what is closed because
 *     its client takes no byte of a response are not counted
 * @param refusals the same number by reason and status, those only of which there was one
 * @param starts the number of hubs' streams that have opened, by each outcome
 * @param resets the number of hubs' streams that were told a reset, by each reason: {@code LAGGED} in the middle of the
 *     stream, the others at its start
 * @param deliveredEvents the number of published events that were written to streams
 * @param deliveredBytes their encoded bytes, before compression
 * @param heartbeats the number of heartbeats that were written
 * @param cutOff the number of streams that were cut off: {@link SseConnections#cutOff}
 * @param peerFaults protocol violations and incomplete input of peers: malformed requests and handshakes, connections
 *     that broke off, invalid topics. Each is logged at the level DEBUG
 * @param eventLoops the number of event loops: those of a server, and those that a handler was used on
 * @param incompleteBytes the bytes that requests hold until they are answered
 * @param mostIncompleteBytes their bound: {@link Limits.Builder#incompleteBytes}
 * @param unsentBytes the bytes that wait in sockets
 * @param mostUnsentBytes their bound: {@link Limits.Builder#unsentBytes}
 */
public record StreamStats(
        List<Endpoint> endpoints,
        Map<CloseReason, Long> closed,
        Map<RefusalReason, Long> refused,
        List<Refusal> refusals,
        Map<ResumeOutcome, Long> starts,
        Map<Reset.Reason, Long> resets,
        long deliveredEvents,
        long deliveredBytes,
        long heartbeats,
        long cutOff,
        long peerFaults,
        int eventLoops,
        long incompleteBytes,
        long mostIncompleteBytes,
        long unsentBytes,
        long mostUnsentBytes) {
    /** Copies the collections, none of which is null. */
    public StreamStats {
        endpoints = List.copyOf(Objects.requireNonNull(endpoints, "endpoints"));
        closed = Map.copyOf(Objects.requireNonNull(closed, "closed"));
        refused = Map.copyOf(Objects.requireNonNull(refused, "refused"));
        refusals = List.copyOf(Objects.requireNonNull(refusals, "refusals"));
        starts = Map.copyOf(Objects.requireNonNull(starts, "starts"));
        resets = Map.copyOf(Objects.requireNonNull(resets, "resets"));
    }

    /** The kind of streams. */
    public enum Kind {
        /** Streams of a hub's topics: {@link SseReply#subscribe}. */
        HUB,
        /** Finite streams of a publisher's events: {@link SseReply#stream}. */
        PUBLISHER
    }

    /**
     * The streams of one endpoint, protocol and kind. Immutable and thread-safe.
     *
     * @param path the path as registered: {@link SseConnection#path}
     * @param protocol the protocol: {@link SseConnection#protocol}
     * @param kind the kind
     * @param opened the number of streams that have opened
     * @param open the number of streams that are open
     */
    public record Endpoint(String path, String protocol, Kind kind, long opened, long open) {
        /** Checks that path, protocol and kind are not null. */
        public Endpoint {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(kind, "kind");
        }
    }

    /**
     * The requests that were refused for one reason with one status. Immutable and thread-safe.
     *
     * @param why the reason
     * @param status the status, as {@link SseListener#refused} is told it; of an HTTP/2 stream that was reset in place of a
     *     response, that of the same refusal over HTTP/1.1
     * @param count the number of requests, above 0
     */
    public record Refusal(RefusalReason why, int status, long count) {
        /** Checks that the reason is not null. */
        public Refusal {
            Objects.requireNonNull(why, "why");
        }
    }

    /** Returns the number of streams that have opened. */
    public long opened() {
        return endpoints.stream().mapToLong(Endpoint::opened).sum();
    }

    /** Returns the number of open streams of a kind. */
    public long open(Kind kind) {
        Objects.requireNonNull(kind, "kind");
        return endpoints.stream()
                .filter(endpoint -> endpoint.kind() == kind)
                .mapToLong(Endpoint::open)
                .sum();
    }
}
