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

/** A server of its own, for streams and, where the application adds handlers, other requests. Thread-safe. */
public final class SseServer implements AutoCloseable {
    private final SseHandler handler;
    private final ServerListening listening;
    private final ServerEnd end;

    private SseServer(SseHandler handler, ServerConnections connections, ServerListening listening) {
        this.handler = handler;
        this.listening = listening;
        this.end = new ServerEnd(connections, listening);
        connections.listen(listening.channel()); // to be closed before the event loops are
    }

    /** A builder with the defaults. Throws an IllegalStateException where Netty is older than 4.1.124 or 4.2.4. */
    public static Builder builder() {
        NettyVersion.check();
        return new Builder();
    }

    /** Where it listens, with the port that was picked. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.channel().localAddress();
    }

    /** The transport in use; never {@link Transport#AUTO}. */
    public Transport transport() {
        return listening.transport();
    }

    /** Whether it serves. For a health check of the process, as an orchestrator asks for; costs nothing. */
    public SseHealth health() {
        return listening.watch().hasFailed()
                ? SseHealth.FAILED
                : end.hasBegun() ? SseHealth.STOPPING : SseHealth.SERVING;
    }

    /** What strangers have cost it. */
    public ServerStats stats() {
        return listening.stats(handler.engine().faults());
    }

    /** The open streams. */
    public SseConnections connections() {
        return handler.connections();
    }

    /**
     * Stops accepting and ends every stream as {@link SseHandler#shutdown(Duration)} does; other answers may end by
     * themselves up to the deadline, and a connection ends with its last. One that owes none ends when no stream is open any
     * more. HTTP/2 is told GOAWAY at once (RFC 9113 6.8), and gets its answers, too, unless it gives them up itself, as the
     * HttpClient of JDK 17 does. The first call counts.
     *
     * @param deadline when the last is closed at the latest, from now; 0 to 365 days
     * @return completes when every thread of the server has ended. It must not be joined on an event loop of the server,
     *     whose streams would wait for their own end until the deadline
     */
    public CompletionStage<Void> shutdown(Duration deadline) {
        return end.begin(() -> handler.shutdown(deadline), deadline);
    }

    /** The same, with the clients' returns spread over a time of 0 to 365 days. */
    public CompletionStage<Void> shutdown(Duration deadline, Duration comeBackIn) {
        return end.begin(() -> handler.shutdown(deadline, comeBackIn), deadline);
    }

    /**
     * Ends every stream, all at one place: each gets what was published before this call, within {@link
     * Limits.Builder#closeTimeout}, and no other answer is waited for. Waits until the threads of the server have ended.
     *
     * @throws IllegalStateException on an event loop of the server, which it would wait for, or if they have not ended in
     *     time
     */
    @Override
    public void close() {
        end.close(handler.engine());
    }

    /** Builds an {@link SseServer}. Not thread-safe. */
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
         * The address to listen at, or a name for it; default {@code 0.0.0.0}, every one of the machine, those of IPv6 too where
         * it has any; {@code localhost} what only this machine can reach. What is neither, such as a URL, is an IllegalArgumentException.
         */
        public Builder host(String value) {
            this.host = Checks.host(value);
            return this;
        }

        /** The port to listen at; 0 picks one, default 8080. */
        public Builder port(int value) {
            this.port = Checks.port("port", value);
            return this;
        }

        /** How many event loops; above 0, default one per core. */
        public Builder eventLoops(int count) {
            this.eventLoops = Limits.Builder.positive("eventLoops", count);
            return this;
        }

        /** What to do input and output with; default {@link Transport#AUTO}. */
        public Builder transport(Transport value) {
            this.transport = Objects.requireNonNull(value, "transport");
            return this;
        }

        /** What happens when an error ends an event loop; default {@link FailurePolicy#STOP_ACCEPTING}. */
        public Builder failurePolicy(FailurePolicy value) {
            this.failurePolicy = Objects.requireNonNull(value, "failurePolicy");
            return this;
        }

        /**
         * TLS with this certificate, and nothing without it; default no TLS. Clients get HTTP/2 where the context offers {@code
         * h2} by ALPN beside {@code http/1.1}, else HTTP/1.1; one that renegotiates is cut off. The context stays the caller's.
         * Without TLS the port speaks HTTP/1.1, and HTTP/2 with clients that know beforehand.
         *
         * @throws IllegalArgumentException if it is a client's
         */
        public Builder tls(SslContext value) {
            if (Objects.requireNonNull(value, "tls").isClient()) {
                throw new IllegalArgumentException("tls: a client's context (expected: a server's)");
            }
            this.tls = value;
            return this;
        }

        /**
         * How many requests, and that is how many streams, one HTTP/2 connection may have open at a time; above 0,
         * default 256. What a client opens beyond it is refused unharmed (REFUSED_STREAM).
         */
        public Builder maxConcurrentStreams(int count) {
            this.maxConcurrentStreams = Limits.Builder.positive("maxConcurrentStreams", count);
            return this;
        }

        /**
         * Called to append handlers for the requests that are not an endpoint's; without it they are answered 404. It
         * is called for each new HTTP/1.1 connection and for each HTTP/2 request, which has a channel of its own; in both
         * they see HTTP messages, of one request at a time, and may upgrade HTTP/1.1, to WebSocket say. On the event loop.
         */
        public Builder requests(Consumer<ChannelPipeline> value) {
            this.requests = Objects.requireNonNull(value, "requests");
            return this;
        }

        /**
         * As {@link #maxLifetime}, where the transport is {@link Transport#NIO}, of both the shorter; 10 ms or more, default none.
         * A peer that vanishes without a word is noticed there only when the kernel gives it up, 15 minutes later and more.
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
