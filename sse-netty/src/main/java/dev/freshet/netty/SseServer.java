package dev.freshet.netty;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server for event streams and, if the application adds handlers, for other requests. Thread-safe. */
public final class SseServer implements AutoCloseable {
    private final SseHandler handler;
    private final ServerListening listening;
    private final ServerEnd end;

    private SseServer(SseHandler handler, ServerConnections connections, ServerListening listening) {
        this.handler = handler;
        this.listening = listening;
        this.end = new ServerEnd(connections, listening);
        connections.listen(listening.channel()); // closed before the event loops end
    }

    /**
     * Returns a builder with the defaults.
     *
     * @throws IllegalStateException if Netty is older than 4.1.124 or 4.2.4
     */
    public static Builder builder() {
        NettyVersion.check();
        return new Builder();
    }

    /** Returns the local address that the server listens on, with the actual port if port 0 was set. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.channel().localAddress();
    }

    /** Returns the transport in use; never {@link Transport#AUTO}. */
    public Transport transport() {
        return listening.transport();
    }

    /** Returns the state of the server, for a health check of the process by an orchestrator. Reads two flags. */
    public SseHealth health() {
        return listening.watch().hasFailed()
                ? SseHealth.FAILED
                : end.hasBegun() ? SseHealth.STOPPING : SseHealth.SERVING;
    }

    /** Returns the figures of sockets, streams and requests. Sums up counters: cheap, but not for each event. */
    public ServerStats stats() {
        return listening.stats(handler.stats());
    }

    /** Adds a sampler, which is called from now on. */
    public void addSampler(SseSampler sampler) {
        handler.addSampler(sampler);
    }

    /** Removes a sampler; a call that is under way may still reach it. */
    public void removeSampler(SseSampler sampler) {
        handler.removeSampler(sampler);
    }

    /** Returns the open streams. */
    public SseConnections connections() {
        return handler.connections();
    }

    /**
     * Stops accepting and ends every stream as {@link SseHandler#shutdown(Duration)} does. Other responses may complete
     * by themselves until the deadline, and a connection is closed after its last response. A connection with no
     * pending response is closed when no stream is open any more. An HTTP/2 connection is sent GOAWAY at once (RFC 9113
     * 6.8) and still receives its responses, unless the client abandons them, as the HttpClient of JDK 17 does. Only
     * the first call has an effect.
     *
     * @param deadline the time from now after which everything is closed; 0 to 365 days
     * @return a stage that completes when every thread of the server has ended. It must not be joined on an event loop
     *     of the server, whose streams would then stay open until the deadline
     * @throws IllegalArgumentException if the deadline of the first call is out of its range
     */
    public CompletionStage<Void> shutdown(Duration deadline) {
        return end.begin(() -> handler.shutdown(deadline), deadline);
    }

    /**
     * Stops as {@link #shutdown(Duration)} does, with the reconnections of the clients spread over a time of 0 to 365
     * days.
     *
     * @throws IllegalArgumentException if the deadline or the time of the first call is out of its range
     */
    public CompletionStage<Void> shutdown(Duration deadline, Duration comeBackIn) {
        return end.begin(() -> handler.shutdown(deadline, comeBackIn), deadline);
    }

    /**
     * Ends every stream at one position: each receives what was published before this call, within {@link
     * Limits.Builder#closeTimeout}. Other responses are not awaited. Returns when the threads of the server have ended.
     *
     * @throws IllegalStateException if called on an event loop of the server, which would wait for itself, or if the
     *     threads have not ended in time
     */
    @Override
    public void close() {
        end.close(handler.engine());
    }

    /**
     * A builder of an {@link SseServer}. A value out of its range is an IllegalArgumentException; no duration is over
     * 365 days. Not thread-safe.
     */
    public static final class Builder extends HandlerOptions<Builder> {
        private String host = "0.0.0.0";
        private int port = 8080;
        private int eventLoops = Runtime.getRuntime().availableProcessors();
        private Transport transport = Transport.AUTO;
        private FailurePolicy failurePolicy = FailurePolicy.STOP_ACCEPTING;
        private @Nullable Duration nioMaxLifetime;
        private int maxConcurrentStreams = 256;
        private @Nullable SslContext tls;
        private Consumer<ChannelPipeline> requests = ServerPipeline.NO_MORE;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the address to listen on, or a name that resolves to one; default {@code 0.0.0.0}, every address of the
         * machine, those of IPv6 included if it has any. {@code localhost} is reachable from this machine only. Any
         * other text, such as a URL, is an IllegalArgumentException.
         */
        public Builder host(String value) {
            this.host = Checks.host(value);
            return this;
        }

        /** Sets the port to listen on, from 0 to 65,535; default 8080. With 0 the operating system chooses one. */
        public Builder port(int value) {
            this.port = Checks.port("port", value);
            return this;
        }

        /** Sets the number of event loops; above 0, default one per core. */
        public Builder eventLoops(int count) {
            this.eventLoops = Limits.Builder.positive("eventLoops", count);
            return this;
        }

        /** Sets the transport for input and output; default {@link Transport#AUTO}. */
        public Builder transport(Transport value) {
            this.transport = Objects.requireNonNull(value, "transport");
            return this;
        }

        /** Sets the action if an error ends an event loop; default {@link FailurePolicy#STOP_ACCEPTING}. */
        public Builder failurePolicy(FailurePolicy value) {
            this.failurePolicy = Objects.requireNonNull(value, "failurePolicy");
            return this;
        }

        /**
         * Sets the context for TLS, after which the port accepts TLS only; default no TLS. A client is served HTTP/2 if
         * the context offers {@code h2} by ALPN beside {@code http/1.1}, else HTTP/1.1. A connection that renegotiates
         * is closed. The context is not released by the server. Without TLS the port accepts HTTP/1.1, and HTTP/2 with
         * prior knowledge.
         *
         * @throws IllegalArgumentException if the context is for clients
         */
        public Builder tls(SslContext value) {
            if (Objects.requireNonNull(value, "tls").isClient()) {
                throw new IllegalArgumentException("tls: a client's context (expected: a server's)");
            }
            this.tls = value;
            return this;
        }

        /**
         * Sets the number of requests, and so of streams, that one HTTP/2 connection may have open at a time; above 0,
         * default 256. A request above it is refused with REFUSED_STREAM, so that a client may safely retry it.
         */
        public Builder maxConcurrentStreams(int count) {
            this.maxConcurrentStreams = Limits.Builder.positive("maxConcurrentStreams", count);
            return this;
        }

        /**
         * Sets a consumer that appends handlers for the requests of no endpoint; without it these requests are answered
         * with 404. It is called on the event loop, for each new HTTP/1.1 connection and for each HTTP/2 request, which
         * has a channel of its own. In both cases the handlers receive HTTP messages, of one request at a time. They
         * may upgrade HTTP/1.1, for example to WebSocket.
         */
        public Builder requests(Consumer<ChannelPipeline> value) {
            this.requests = Objects.requireNonNull(value, "requests");
            return this;
        }

        /**
         * Sets a {@link #maxLifetime} for {@link Transport#NIO} only; 10 ms or more, default none. The shorter of both
         * applies. On NIO a vanished peer is detected only when the kernel gives up, after 15 minutes or more.
         */
        public Builder nioMaxLifetime(Duration value) {
            this.nioMaxLifetime = Checks.atLeast("nioMaxLifetime", value, 10);
            return this;
        }

        /**
         * Starts the server; returns when it listens.
         *
         * @throws UncheckedIOException if it cannot listen there, for example because the port is taken
         * @throws IllegalStateException if the transport is not available here; the message names what it needs
         */
        public SseServer start() {
            Transport chosen = transport.resolved();
            RequestOptions options = options(eventLoops).endingAfter(chosen == Transport.NIO ? nioMaxLifetime : null);
            SseHandler built = new SseHandler(new RequestEngine(options));
            ServerConnections connections = new ServerConnections();
            ServerListening listening = ServerListening.begin(
                    new ServerListening.Where(host, port, chosen, eventLoops, failurePolicy),
                    built.engine(),
                    new ServerPipeline(built, options.limits(), requests, tls, maxConcurrentStreams, connections));
            return new SseServer(built, connections, listening);
        }
    }
}
