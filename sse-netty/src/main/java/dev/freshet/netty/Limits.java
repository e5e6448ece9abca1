package dev.freshet.netty;

import java.time.Duration;

/**
 * How much is taken from clients. What is over a limit is refused; nothing that is open is ended for it, but by {@link
 * Builder#evictOldest} and {@link Builder#unsentBytes}. Immutable and thread-safe.
 */
public final class Limits extends LimitsValues {
    private Limits(Builder values) {
        super(values);
    }

    /** The defaults that {@link Builder} names. */
    public static Limits defaults() {
        return builder().build();
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link Limits}. Every number is above 0, every duration from 10 ms to 365 days. Not thread-safe. */
    public static final class Builder extends LimitsValues {
        private Builder() {}

        /**
         * Open streams in all; default as many as come. One more is told to come later, as by {@code retryLater}. A request that
         * waits for a position which its node has not seen yet counts as the open stream that it is to be.
         */
        public Builder connections(int value) {
            this.connections = positive("limits.connections", value);
            return this;
        }

        /**
         * Open streams per {@link SseRequest#clientAddress}, for IPv6 per network of 64 bits; default as many as come. One
         * more is told to come later. Behind proxies, name them: {@link SseHandler.Builder#trustedProxies}. Clients behind
         * one translator of addresses (NAT, or NAT64 where this end has IPv4) have one address; of IPv4 clients that come as
         * {@code 64:ff9b::/96} (RFC 6052) each counts by its own, of those with another prefix all are one network.
         */
        public Builder connectionsPerAddress(int value) {
            this.connectionsPerAddress = positive("limits.connectionsPerAddress", value);
            return this;
        }

        /**
         * Open streams per {@link SseReply.Subscribe#key} or {@link SseReply.Stream#key}; default as many as come. One more is told to come later.
         */
        public Builder connectionsPerKey(int value) {
            this.connectionsPerKey = positive("limits.connectionsPerKey", value);
            return this;
        }

        /**
         * Open sockets in all, whatever is asked on them, counted as they are accepted; default as many as come. One more
         * is closed at once. Below the process's limit of file descriptors it keeps some for the rest of the process. {@link
         * SseServer} only.
         */
        public Builder sockets(int value) {
            this.sockets = positive("limits.sockets", value);
            return this;
        }

        /**
         * Open sockets per address at their other end, addresses as for {@link #connectionsPerAddress}; default as many as
         * come. One more is closed at once. Those of {@link SseHandler.Builder#trustedProxies} have no such limit. An HTTP/2
         * connection is one socket, whatever streams it has. {@link SseServer} only.
         */
        public Builder socketsPerAddress(int value) {
            this.socketsPerAddress = positive("limits.socketsPerAddress", value);
            return this;
        }

        /** Topics that one stream follows; default 1024. More are refused with 400. */
        public Builder topicsPerConnection(int value) {
            this.topicsPerConnection = positive("limits.topicsPerConnection", value);
            return this;
        }

        /**
         * Bytes of a request line; default 8 KiB. A longer one is refused with 414. HTTP/2 has none: its path counts
         * among the headers. {@link SseServer} only.
         */
        public Builder requestLineBytes(int value) {
            this.requestLineBytes = positive("limits.requestLineBytes", value);
            return this;
        }

        /** Bytes of all of a request's headers; default 16 KiB. More are refused with 431. {@link SseServer} only. */
        public Builder headerBytes(int value) {
            this.headerBytes = positive("limits.headerBytes", value);
            return this;
        }

        /** Bytes of an endpoint's request's query; default 8 KiB. A longer one is refused with 414. */
        public Builder queryBytes(int value) {
            this.queryBytes = positive("limits.queryBytes", value);
            return this;
        }

        /** Bytes of an endpoint's request's body; default 64 KiB. A longer one is refused with 413. */
        public Builder bodyBytes(int value) {
            this.bodyBytes = positive("limits.bodyBytes", value);
            return this;
        }

        /**
         * Bytes in UTF-8 of the id of a finite stream's event; default {@value LastEventId#MAX_BYTES}. A publisher that signals
         * a longer one has failed, and a private send of one is refused. A hub has a limit of its own: {@link dev.freshet.hub.SseHubBuilder#eventIdBytes}.
         */
        public Builder eventIdBytes(int value) {
            this.eventIdBytes = positive("limits.eventIdBytes", value);
            return this;
        }

        /**
         * Bytes that the incomplete requests of one connection hold; default {@link #headerBytes}, {@link #bodyBytes} and 16
         * KiB. Counted as they come: the headers as they are decoded, the bodies so far, and what holding them takes, which
         * is some 130 bytes for each header, and over HTTP/2 some 4 KiB for each request. Over it a request is refused with 431
         * or 413. Over HTTP/2 its stream is reset with ENHANCE_YOUR_CALM, and a connection that goes on is closed with GOAWAY.
         * A connection on which a proxy sends the requests of many clients needs more.
         */
        public Builder incompleteBytesPerConnection(int value) {
            this.incompleteBytesPerConnection = positive("limits.incompleteBytesPerConnection", value);
            return this;
        }

        /**
         * How fast the client of a finite stream takes what waits for it: so many bytes at least in each such time; default
         * 16 KiB in 60 s. One that takes less is cut off ({@link CloseReason#STALLED}): reading a byte now and then it would
         * hold what writes the stream, such as a thread, for as long as it likes. A client that nothing waits for has time.
         * Over HTTP/2 a byte counts when the whole of its DATA frame has left, of 16 KiB at the most. A hub's stream holds
         * nothing, so it has only {@link SseHandler.Builder#writeTimeout}.
         */
        public Builder leastRate(int bytes, Duration time) {
            this.leastBytes = positive("limits.leastRate.bytes", bytes);
            this.leastBytesTime = Checks.atLeast("limits.leastRate.time", time, 10);
            return this;
        }

        /**
         * Bytes that all requests hold until their answers have left; default an eighth of the heap. Each event loop has an
         * equal share, and a request that needs more than a share is refused. Where a share is full, those incomplete for
         * longest are refused so that others have room, as for {@link #incompleteBytesPerConnection}, and over HTTP/2 those
         * reset whose answers their clients do not take; where there are none, further ones are told to come later. Of what a
         * pipeline of your own decodes only what comes to the handler counts, and what is passed on does not.
         */
        public Builder incompleteBytes(long value) {
            this.incompleteBytes = positive("limits.incompleteBytes", value);
            return this;
        }

        /**
         * Bytes of direct memory that streams have written and their sockets have not taken; above 0, default an eighth of the direct memory that Netty
         * may take. A batch that many streams write counts once; what TLS has encrypted, and what waits of a finite stream over
         * HTTP/1, counts for each. Those of a finite stream over HTTP/2 and the copies of a snapshot that several streams are
         * being sent do not count, nor what comes before a stream's first event. Each event loop has an equal share, and judges by it alone. Over it a stream that does not
         * write what another has just read is given at most 16 KiB, once nothing waits for it. Those that have taken no byte for
         * 5 s are closed ({@link CloseReason#STALLED}), the longest silent first, until there is no more than the share; over
         * twice the share those that have taken none for 1 s. Over HTTP/2 a stream is reset with CANCEL, and a
         * connection that takes nothing is closed. {@link SseConnection#send} has a bound of its own for each stream: {@link
         * SseHandler.Builder#sendLimit}.
         */
        public Builder unsentBytes(long value) {
            this.unsentBytes = positive("limits.unsentBytes", value);
            return this;
        }

        /**
         * How long a request may take from its first byte to its last, and the first request of a connection to begin;
         * default 30 s. One that takes longer is refused with 408. While the server does not read it, because an earlier
         * one is not answered or a handler has stopped reading, it has as long again. Over HTTP/2 it is one of many: its
         * stream is reset with CANCEL, and a connection without a first request is closed with GOAWAY. {@link SseServer}
         * only.
         */
        public Builder requestTimeout(Duration value) {
            this.requestTimeout = Checks.atLeast("limits.requestTimeout", value, 10);
            return this;
        }

        /**
         * How long a connection without a stream may be idle between two requests; default 5 minutes. Then it is closed.
         * While an answer is on its way to a client that takes it, however slowly, the connection is not idle; one whose
         * client takes nothing of it for this long is closed within twice as long. {@link SseServer} only.
         */
        public Builder idleTimeout(Duration value) {
            this.idleTimeout = Checks.atLeast("limits.idleTimeout", value, 10);
            return this;
        }

        /**
         * How long an endpoint may take that answers with {@link SseReply#when}; default 10 s. Then the client is told to
         * come later and disconnected, and what the stage brings after it is ignored.
         */
        public Builder answerTimeout(Duration value) {
            this.answerTimeout = Checks.atLeast("limits.answerTimeout", value, 10);
            return this;
        }

        /**
         * Where a key has as many streams as {@link #connectionsPerKey} allows, one more ends the oldest of them ({@link
         * CloseReason#EVICTED}) instead of being told to come later. A request that waits to be one is not ended.
         */
        public Builder evictOldest() {
            this.evictsOldest = true;
            return this;
        }

        /**
         * How long a stream may take that the server ends without a deadline: its client takes what was published before, or
         * is cut off after a time without progress, and in all; 10 ms to 365 days, default 5 s and 30 s. From the end on it
         * is no open stream to the limits; as many may end again per address and per key, and one more cuts off the oldest.
         */
        public Builder closeTimeout(Duration withoutProgress, Duration inAll) {
            this.closeProgressTimeout = Checks.atLeast("limits.closeTimeout.withoutProgress", withoutProgress, 10);
            this.closeTimeout = Checks.atLeast("limits.closeTimeout.inAll", inAll, 10);
            return this;
        }

        static int positive(String name, int value) {
            return (int) positive(name, (long) value);
        }

        private static long positive(String name, long value) {
            if (value <= 0) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
            }
            return value;
        }

        /** The limits. */
        public Limits build() {
            return new Limits(this);
        }
    }
}
