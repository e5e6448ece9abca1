package dev.freshet.netty;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The handler for an existing pipeline: it answers the requests that are for its endpoints, and lets every other one
 * pass unharmed.
 *
 * <p>Build it once and add it to every channel, after the HTTP codec and, if there is one, the aggregator. It needs the
 * channel's own event loop. In each channel it puts a handler for that channel in its own place. When a hub's stream
 * begins, the HTTP codec and every handler behind it leave the pipeline, and so do read timeouts; what stands between the
 * socket and the codec, such as TLS, stays. When a publisher's finite stream begins, only compressors and read timeouts
 * leave, and where a read timeout did, the connection ends with the stream. Thread-safe.
 */
@Sharable
public final class SseHandler extends ChannelHandlerAdapter {
    private final Engine engine;

    SseHandler(Engine engine) {
        this.engine = engine;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.executor() != ctx.channel().eventLoop()) {
            throw new IllegalStateException(
                    "SseHandler: added with an executor of its own (expected: the channel's event loop)");
        }
        ctx.pipeline().replace(this, ctx.name(), door());
    }

    /** The handler for one channel. */
    RequestExchange door() {
        return new RequestExchange(engine);
    }

    /** The open streams. */
    public SseConnections connections() {
        return engine.connections();
    }

    /**
     * Ends every stream: new ones are refused with 503, each client gets a {@code retry} of its own so that they do not
     * all come back at once, and streams are closed in waves. A publisher's finite stream may end by itself up to the
     * deadline.
     *
     * @param deadline when the last is closed at the latest, from now; not negative
     * @return completes when no stream is open
     */
    public CompletionStage<Void> shutdown(Duration deadline) {
        return engine.shutdown(deadline);
    }

    void abort() {
        engine.abort();
    }

    /** Builds an {@link SseHandler}. Not thread-safe. */
    public static final class Builder {
        private final Map<String, SseEndpoint> endpoints = new HashMap<>();
        private final Map<String, SseEndpoint> posts = new HashMap<>();
        private SseListener listener = new SseListener() {};
        private Duration heartbeat = Duration.ofSeconds(15);
        private @Nullable Duration retry;
        private LagPolicy lagPolicy = LagPolicy.DISCONNECT;
        private Duration writeTimeout = Duration.ofSeconds(60);
        private int sendLimit = 64 << 10;
        private int bodyLimit = 64 << 10;

        private Builder() {}

        /**
         * An endpoint for GET and HEAD at a path.
         *
         * @param path begins with {@code /}, without query, percent-decoded
         * @throws IllegalArgumentException if the path has another form or an endpoint already
         */
        public Builder endpoint(String path, SseEndpoint endpoint) {
            return endpoint("GET", path, endpoint);
        }

        /**
         * An endpoint for a method at a path.
         *
         * @param method {@code GET}, which brings HEAD, or {@code POST}
         * @param path begins with {@code /}, without query, percent-decoded
         * @throws IllegalArgumentException if the method is another, or the path has another form or an endpoint for the
         *     method already
         */
        public Builder endpoint(String method, String path, SseEndpoint endpoint) {
            Objects.requireNonNull(endpoint, "endpoint");
            if (!method.equals("GET") && !method.equals("POST")) {
                throw new IllegalArgumentException("endpoint.method: \"" + method + "\" (expected: GET or POST)");
            }
            if (!path.startsWith("/") || path.contains("?") || path.contains("#")) {
                throw new IllegalArgumentException(
                        "endpoint.path: \"" + path + "\" (expected: begins with '/', no query or fragment)");
            }
            if ((method.equals("GET") ? endpoints : posts).putIfAbsent(path, endpoint) != null) {
                throw new IllegalArgumentException("endpoint.path: \"" + path + "\" (expected: no endpoint there yet)");
            }
            return this;
        }

        /** Who hears of connections; default nobody. */
        public Builder listener(SseListener value) {
            this.listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /** After how much write silence a comment is sent; 10 ms or more, default 15 s, jittered down to 80 %. */
        public Builder heartbeat(Duration value) {
            this.heartbeat = atLeast("heartbeat", value, 10);
            return this;
        }

        /** The reconnection time that clients are told; 0 or more, default: not told. */
        public Builder retry(Duration value) {
            this.retry = atLeast("retry", value, 0);
            return this;
        }

        /** What happens to a client that lags out; default {@link LagPolicy#DISCONNECT}. */
        public Builder lagPolicy(LagPolicy value) {
            this.lagPolicy = Objects.requireNonNull(value, "lagPolicy");
            return this;
        }

        /** How long a client may take no byte that waits for it; 10 ms or more, default 60 s. */
        public Builder writeTimeout(Duration value) {
            this.writeTimeout = atLeast("writeTimeout", value, 10);
            return this;
        }

        /** How many bytes of {@link SseConnection#send} may wait for one client; above 0, default 64 KiB. */
        public Builder sendLimit(int bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("sendLimit: " + bytes + " (expected: > 0)");
            }
            this.sendLimit = bytes;
            return this;
        }

        /** How many bytes a request's body may have; 0 or more, default 64 KiB. Larger ones are refused with 413. */
        public Builder bodyLimit(int bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("bodyLimit: " + bytes + " (expected: >= 0)");
            }
            this.bodyLimit = bytes;
            return this;
        }

        private static Duration atLeast(String name, Duration value, long millis) {
            if (value.compareTo(Duration.ofMillis(millis)) < 0 || value.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + millis + " ms to 365 days)");
            }
            return value;
        }

        Duration writeTimeout() {
            return writeTimeout;
        }

        /** The handler. */
        public SseHandler build() {
            return new SseHandler(new Engine(options()));
        }

        Options options() {
            return new Options(
                    Map.copyOf(endpoints),
                    Map.copyOf(posts),
                    listener,
                    heartbeat,
                    retry,
                    lagPolicy,
                    writeTimeout,
                    sendLimit,
                    bodyLimit);
        }
    }
}
