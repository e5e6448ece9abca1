package dev.freshet.netty;

import java.time.Duration;

/**
 * The limits on what clients may use. A request above a limit is refused. Open streams are not ended by a limit, except
 * by {@link Builder#evictOldest} and {@link Builder#unsentBytes}. Immutable and thread-safe.
 */
public final class Limits extends LimitsValues {
    private Limits(Builder values) {
        super(values);
    }

    /** Returns the defaults that {@link Builder} names. */
    public static Limits defaults() {
        return builder().build();
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder of {@link Limits}. Every number is above 0, every duration from 10 ms to 365 days; a value out of its
     * range is an IllegalArgumentException. Not thread-safe.
     */
    public static final class Builder extends LimitsValues {
        private Builder() {}

        /**
         * Sets the maximum number of open streams; default unlimited. A further request is told to retry later, as by
         * {@code retryLater}. A request that waits for a position which its node has not seen yet is counted as an open
         * stream.
         */
        public Builder connections(int value) {
            this.connections = positive("limits.connections", value);
            return this;
        }

        /**
         * Sets the maximum number of open streams per {@link SseRequest#clientAddress}, for IPv6 per network of 64
         * bits; default unlimited. A further request is told to retry later. Behind proxies, name them: {@link
         * SseHandler.Builder#trustedProxies}. Clients behind one address translator (NAT, or NAT64 if this end has
         * IPv4) share one address. IPv4 clients that arrive as {@code 64:ff9b::/96} (RFC 6052) are each counted by
         * their own address; those with another prefix are counted as one network.
         */
        public Builder connectionsPerAddress(int value) {
            this.connectionsPerAddress = positive("limits.connectionsPerAddress", value);
            return this;
        }

        /**
         * Sets the maximum number of open streams per {@link SseReply.Subscribe#key} or {@link SseReply.Stream#key};
         * default unlimited. A further request is told to retry later.
         */
        public Builder connectionsPerKey(int value) {
            this.connectionsPerKey = positive("limits.connectionsPerKey", value);
            return this;
        }

        /**
         * Sets the maximum number of open sockets, for requests of any kind, counted as they are accepted; default
         * unlimited. A further socket is closed at once. A value below the process's limit of file descriptors leaves
         * some for the rest of the process. {@link SseServer} only.
         */
        public Builder sockets(int value) {
            this.sockets = positive("limits.sockets", value);
            return this;
        }

        /**
         * Sets the maximum number of open sockets per remote address, grouped as for {@link #connectionsPerAddress};
         * default unlimited. A further socket is closed at once. The {@link SseHandler.Builder#trustedProxies} are
         * exempt. An HTTP/2 connection is one socket, whatever its number of streams. {@link SseServer} only.
         */
        public Builder socketsPerAddress(int value) {
            this.socketsPerAddress = positive("limits.socketsPerAddress", value);
            return this;
        }

        /** Sets the maximum number of topics of one stream; default 1024. A request for more is refused with 400. */
        public Builder topicsPerConnection(int value) {
            this.topicsPerConnection = positive("limits.topicsPerConnection", value);
            return this;
        }

        /**
         * Sets the maximum number of bytes of a request line; default 8 KiB. A longer one is refused with 414. HTTP/2
         * has no request line: its path counts among the headers. {@link SseServer} only.
         */
        public Builder requestLineBytes(int value) {
            this.requestLineBytes = positive("limits.requestLineBytes", value);
            return this;
        }

        /**
         * Sets the maximum number of bytes of all headers of a request; default 16 KiB. More are refused with 431.
         * {@link SseServer} only.
         */
        public Builder headerBytes(int value) {
            this.headerBytes = positive("limits.headerBytes", value);
            return this;
        }

        /**
         * Sets the maximum number of bytes of the query of a request to an endpoint; default 8 KiB. A longer one is
         * refused with 414.
         */
        public Builder queryBytes(int value) {
            this.queryBytes = positive("limits.queryBytes", value);
            return this;
        }

        /**
         * Sets the maximum number of bytes of the body of a request to an endpoint; default 64 KiB. A longer one is
         * refused with 413.
         */
        public Builder bodyBytes(int value) {
            this.bodyBytes = positive("limits.bodyBytes", value);
            return this;
        }

        /**
         * Sets the maximum number of bytes in UTF-8 of the id of an event in a finite stream; default {@value
         * dev.freshet.event.LastEventId#MAX_BYTES}. A publisher that signals a longer one has failed, and a private
         * send of one is refused. A hub has its own limit: {@link dev.freshet.hub.SseHubBuilder#eventIdBytes}.
         */
        public Builder eventIdBytes(int value) {
            this.eventIdBytes = positive("limits.eventIdBytes", value);
            return this;
        }

        /**
         * Sets the maximum number of bytes that the incomplete requests of one connection hold; default the sum of
         * {@link #headerBytes}, {@link #bodyBytes} and 16 KiB. They are counted as they arrive: the headers as they are
         * decoded, the bodies so far, and the overhead of holding them, which is some 130 bytes for each header, and
         * over HTTP/2 some 4 KiB for each request. A request above the limit is refused with 431 or 413. Over HTTP/2
         * its stream is reset with ENHANCE_YOUR_CALM, and a connection that continues to exceed it is closed with
         * GOAWAY. A connection on which a proxy sends the requests of many clients needs more.
         */
        public Builder incompleteBytesPerConnection(int value) {
            this.incompleteBytesPerConnection = positive("limits.incompleteBytesPerConnection", value);
            return this;
        }

        /**
         * Sets the least rate at which the client of a finite stream must take the bytes that wait for it: so many
         * bytes in each such time; default 16 KiB in 60 s. A slower client is cut off ({@link CloseReason#STALLED}):
         * one that reads a byte now and then would hold the writer of the stream, such as a thread, without end. A
         * client that nothing waits for is exempt. Over HTTP/2 a byte counts when the whole of its DATA frame has left,
         * of 16 KiB at the most. A hub's stream holds no writer, so only {@link SseHandler.Builder#writeTimeout}
         * applies to it.
         */
        public Builder leastRate(int bytes, Duration time) {
            this.leastBytes = positive("limits.leastRate.bytes", bytes);
            this.leastBytesTime = Checks.atLeast("limits.leastRate.time", time, 10);
            return this;
        }

        /**
         * Sets the maximum number of bytes that all requests hold until their responses have been written to the
         * socket; default an eighth of the heap. Each event loop has an equal share, and a request that needs more than
         * a share is refused. If a share is exhausted, the requests that have been incomplete longest are refused to
         * make room, as for {@link #incompleteBytesPerConnection}, and over HTTP/2 the streams whose clients do not
         * take their responses are reset. If no request can be refused, the clients of further requests are told to
         * retry later. In an application's own pipeline only the requests that the handler itself answers count, from
         * where they reach it.
         */
        public Builder incompleteBytes(long value) {
            this.incompleteBytes = positive("limits.incompleteBytes", value);
            return this;
        }

        /**
         * Sets the maximum number of bytes of direct memory that streams have written and their sockets have not taken;
         * above 0, default an eighth of the direct memory that Netty may take. A batch that many streams write counts
         * once. Bytes that TLS has encrypted, and those of a finite stream over HTTP/1 that wait, count for each
         * stream. The bytes of a finite stream over HTTP/2, the copies of a snapshot that several streams are being
         * sent, and what precedes a stream's first event do not count. Each event loop has an equal share and enforces
         * it alone. Above the share, a stream that cannot reuse the batch of another writes at most 16 KiB at a time,
         * once nothing waits for it; above three times the share, such streams write one after another. Streams that
         * have taken no byte for 5 s are closed ({@link CloseReason#STALLED}), the longest silent first, until the
         * share is kept. Above twice the share, this applies to those that have taken none for 1 s. Over HTTP/2 a
         * stream is reset with CANCEL, and a connection that takes nothing is closed. {@link SseConnection#send} has
         * its own limit for each stream: {@link SseHandler.Builder#sendLimit}.
         */
        public Builder unsentBytes(long value) {
            this.unsentBytes = positive("limits.unsentBytes", value);
            return this;
        }

        /**
         * Sets the time for a request from its first byte to its last, and for the first request of a connection to
         * begin; default 30 s. A slower one is refused with 408. While the server does not read, because an earlier
         * request is not answered or a handler has stopped reading, the time is extended by as much again. Over HTTP/2
         * the stream of the request is reset with CANCEL, and a connection without a first request is closed with
         * GOAWAY. {@link SseServer} only.
         */
        public Builder requestTimeout(Duration value) {
            this.requestTimeout = Checks.atLeast("limits.requestTimeout", value, 10);
            return this;
        }

        /**
         * Sets the time for which a connection without a stream may be idle between two requests; default 5 minutes. It
         * is then closed. While a response is being written and its client takes some of it, however slowly, the
         * connection is not idle. One whose client takes nothing for this long is closed within twice the time. {@link
         * SseServer} only.
         */
        public Builder idleTimeout(Duration value) {
            this.idleTimeout = Checks.atLeast("limits.idleTimeout", value, 10);
            return this;
        }

        /**
         * Sets the time for an endpoint's {@link SseReply#when} to complete; default 10 s. The client is then told to
         * retry later and disconnected, and a later result is ignored.
         */
        public Builder answerTimeout(Duration value) {
            this.answerTimeout = Checks.atLeast("limits.answerTimeout", value, 10);
            return this;
        }

        /**
         * Allows eviction of the oldest stream of a key. If a key has as many streams as {@link #connectionsPerKey}
         * allows, a further one ends the oldest of them ({@link CloseReason#EVICTED}) instead of being told to retry
         * later. A request that waits to become a stream is not evicted.
         */
        public Builder evictOldest() {
            this.evictsOldest = true;
            return this;
        }

        /**
         * Sets the times for a stream that the server ends without a deadline: its client takes what was published
         * before, or is cut off after a time without progress, and after a time in all; 10 ms to 365 days, default 5 s
         * and 30 s. From the end on it is not counted as an open stream by the limits. As many streams as the limits
         * allow may be ending at a time per address and per key; a further one cuts off the oldest.
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

        /** Builds the limits. */
        public Limits build() {
            return new Limits(this);
        }
    }
}
