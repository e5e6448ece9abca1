package dev.freshet.netty;

import dev.freshet.netty.RequestGuard.Place;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The handler for an existing pipeline: it answers the requests of its endpoints, and every other one passes unharmed.
 *
 * <p>Build it once and add it to every channel, after the HTTP codec. It needs the channel's own event loop, and is refused
 * with another executor. In each channel it puts a handler for that channel in its own place.
 *
 * <p>A request that is no endpoint's, or malformed, passes to the handlers behind, which answer it. One that is an
 * endpoint's does not; its answer keeps its place among those to the requests before it. The connection may serve any
 * number of requests before a hub's stream, and before and after a publisher's.
 *
 * <p>When a hub's stream begins,
 * <ul>
 *   <li>the HTTP codec and every handler behind it leave the pipeline: aggregators, compressors, chunked writers, CORS and
 *       the application's own handlers, so an application must not write to that channel any more;
 *   <li>compressors and chunked writers leave before the head is written, the others, such as Netty's CORS handler, see it;
 *   <li>{@code IdleStateHandler} and {@code ReadTimeoutHandler} leave wherever they stand: {@link Builder#heartbeat} and
 *       {@link Builder#writeTimeout} do their work;
 *   <li>everything else between the socket and the codec stays: TLS, flush consolidation, traffic shaping, logging; what
 *       the stream writes comes there with void promises, so a handler that adds a listener to one calls {@code unvoid};
 *   <li>what follows the head over HTTP/1.1 are chunks, not the codec's (RFC 9112 7.1), of whole lines but for a snapshot's large events;
 *   <li>what the client still sends is dropped, and ends the stream where it is more than 64 KiB.
 * </ul>
 *
 * <p>Over HTTP/2 it goes into the child channels that an {@code Http2MultiplexHandler} makes, each after an {@code
 * Http2StreamFrameToHttpObjectCodec}. A stream then ends with END_STREAM, and the connection stays; whoever owns the
 * connection ends it. That codec of Netty 4.2.18 throws where a {@code :path} has a space, or a {@code :method} is no
 * token, and loses a buffer where the request has no body: check both before it. And a {@code
 * FlushConsolidationHandler} between the socket and HTTP/2's codec flushes when the channel is full, also in the middle of a
 * frame, so that others get inside it. An {@link SseServer} is safe from both.
 *
 * <p>When a publisher's finite stream begins, only compressors and read timeouts leave, and where a read timeout did, the
 * connection ends with the stream.
 *
 * <p>Thread-safe.
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
        Options options = engine.options();
        ConnectionBudget budget = engine.requests().connection(ctx.channel());
        ctx.pipeline().replace(this, ctx.name(), new RequestExchange(engine, budget, null, null));
        if (options.access().scope() == AccessScope.ALL_REQUESTS) {
            RequestGuard guard = new RequestGuard(options.limits(), options.access(), engine.faults(), Place.GUEST);
            ctx.pipeline().addAfter(ctx.name(), null, guard);
        }
    }

    /** The open streams. */
    public SseConnections connections() {
        return engine.connections();
    }

    /**
     * Ends every stream, in waves: each gets what was published and sent to it before its wave began, and a {@code retry} of
     * its own. New ones are told to come later. A publisher's finite stream may end by itself up to the deadline.
     *
     * @param deadline when the last is closed at the latest, from now; 0 to 365 days
     * @return completes when no stream is open; not to be joined on an event loop, which has streams to end
     */
    public CompletionStage<Void> shutdown(Duration deadline) {
        return engine.shutdown(deadline, null);
    }

    /** The same, with the clients' returns spread over a time of 0 to 365 days. */
    public CompletionStage<Void> shutdown(Duration deadline, Duration comeBackIn) {
        return engine.shutdown(deadline, Objects.requireNonNull(comeBackIn, "comeBackIn"));
    }

    Engine engine() {
        return engine;
    }

    /** Builds an {@link SseHandler}. Not thread-safe. */
    public static final class Builder {
        private final Routes routes = new Routes();
        private Access access = Access.OPEN;
        private boolean strictAccept;
        private Limits limits = Limits.defaults();
        private @Nullable Duration maxLifetime;
        private SseListener listener = new SseListener() {};
        private Duration heartbeat = Duration.ofSeconds(15);
        private RetryRange retry = RetryRange.of(Duration.ofSeconds(2), Duration.ofSeconds(4));
        private StreamOpening opening = StreamOpening.EVENT;
        private LagPolicy lagPolicy = LagPolicy.DISCONNECT;
        private Duration writeTimeout = Duration.ofSeconds(60);
        private int sendLimit = 64 << 10;

        private Builder() {}

        /** An endpoint for GET and HEAD at a path: {@link #endpoint(String, String, SseEndpoint)} with {@code "GET"}. */
        public Builder endpoint(String path, SseEndpoint endpoint) {
            return endpoint(Routes.GET, path, endpoint);
        }

        /**
         * An endpoint for a method at a path. A segment {@code {name}} stands for any one that is not empty, and {@code *}
         * as the last for the whole rest, empty too: {@link SseRequest#pathParameter}. At each segment a literal goes
         * before a parameter and a parameter before the rest. Another method at the place is answered 405. What a path may have:
         * {@link SseEndpoint}.
         *
         * @param method {@code GET}, which brings HEAD, or {@code POST}
         * @param path begins with {@code /}, without query, percent-decoded
         * @throws IllegalArgumentException if the method is another, the path has another form (the message names the one that is
         *     meant), or an endpoint is there already for the same requests
         */
        public Builder endpoint(String method, String path, SseEndpoint endpoint) {
            routes.add(method, path, endpoint);
            return this;
        }

        /**
         * Which pages of other origins may read what the endpoints answer; default none. {@code OPTIONS} at an endpoint
         * is answered by it.
         */
        public Builder cors(CorsPolicy value) {
            this.access = access.withCors(Objects.requireNonNull(value, "cors"));
            return this;
        }

        /**
         * The names that this server is asked by. A request to an endpoint whose {@code Host}, over HTTP/2 {@code :authority}, is
         * another is refused with 421, so that a page whose own name was pointed at this server's address (DNS rebinding) reads
         * nothing. Default: not looked at.
         *
         * @param names such as {@code localhost}, {@code [::1]} or {@code example.com:8080}; without a port for any, and with the
         *     port of HTTPS, without TLS also of HTTP, for a {@code Host} without one, too
         * @throws IllegalArgumentException if there is none, or one has another form
         */
        public Builder hosts(String... names) {
            if (Objects.requireNonNull(names, "names").length == 0) {
                throw new IllegalArgumentException("hosts: none (expected: at least one)");
            }
            this.access =
                    access.withHosts(Arrays.stream(names).map(Access::checkHost).toList());
            return this;
        }

        /**
         * The origins whose pages may ask, beside the server's own and those that {@link #cors} names: a request with another
         * {@code Origin} is refused with 403, before the endpoint is asked. The server's own has the name in {@code Host}, and the scheme {@code https} over TLS; without TLS it may also be {@code http}. A page without a referrer may
         * post a form as {@code null}, which is not its own. Default: not looked at.
         *
         * @param origins as for {@link CorsPolicy.Builder#origins}; none for the server's own only
         * @throws IllegalArgumentException if one has another form
         */
        public Builder origins(String... origins) {
            this.access = access.withOrigins(Arrays.stream(Objects.requireNonNull(origins, "origins"))
                    .map(origin -> CorsPolicy.checkOrigin("origins", origin))
                    .toList());
            return this;
        }

        /** To which requests {@link #hosts} and {@link #origins} apply; default {@link AccessScope#ENDPOINTS}. */
        public Builder accessScope(AccessScope value) {
            this.access = access.withScope(Objects.requireNonNull(value, "accessScope"));
            return this;
        }

        /**
         * The proxies that are believed when they tell for whom they ask: {@link SseRequest#clientAddress} is then the
         * last hop that is none of them. Default: none.
         *
         * @param header the one that these proxies set, or add to
         * @param blocks addresses and CIDR blocks, such as {@code 127.0.0.1}, {@code 10.0.0.0/8}, {@code fd00::/8}
         * @throws IllegalArgumentException if one has another form
         */
        public Builder trustedProxies(ProxyHeader header, String... blocks) {
            this.access = access.withProxies(new Proxies(header, blocks));
            return this;
        }

        /**
         * Refuses with 406 who does not accept {@code text/event-stream}. Default: {@code Accept} is not looked at (RFC 9110
         * 12.5.1), because many clients ask for a stream in a body and accept {@code application/json}.
         */
        public Builder strictAccept() {
            this.strictAccept = true;
            return this;
        }

        /** How much is taken from clients; default {@link Limits#defaults}. */
        public Builder limits(Limits value) {
            this.limits = Objects.requireNonNull(value, "limits");
            return this;
        }

        /**
         * How long a stream lasts at the most, each from 80 to 100 % of it; 10 ms or more, default without end. Then the
         * client gets a {@code retry}, and comes back to go on: on another node, where there are several. A publisher's
         * stream that is not over by then is cut off. One that takes what waits for it slowly ends {@link
         * Limits.Builder#closeTimeout} later, whatever waits.
         */
        public Builder maxLifetime(Duration value) {
            this.maxLifetime = Checks.atLeast("maxLifetime", value, 10);
            return this;
        }

        /** Who hears of connections; default nobody. */
        public Builder listener(SseListener value) {
            this.listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /** After how much write silence a line {@code :} is sent; 10 ms or more, default 15 s, jittered down to 80 %. */
        public Builder heartbeat(Duration value) {
            this.heartbeat = Checks.atLeast("heartbeat", value, 10);
            return this;
        }

        /**
         * The reconnection times that clients of hubs are told as their streams open, each its own, so that they do not all
         * come back at once; from 0 to 365 days, default 2 to 4 s.
         */
        public Builder retry(Duration min, Duration max) {
            this.retry = RetryRange.of(min, max);
            return this;
        }

        /** How the streams of hubs begin, unless {@link SseReply.Subscribe#opening} says; default an event. */
        public Builder opening(StreamOpening value) {
            this.opening = Objects.requireNonNull(value, "opening");
            return this;
        }

        /** What happens to a client that lags out; default {@link LagPolicy#DISCONNECT}. */
        public Builder lagPolicy(LagPolicy value) {
            this.lagPolicy = Objects.requireNonNull(value, "lagPolicy");
            return this;
        }

        /**
         * How long a client may take no byte that waits for it; 10 ms or more, default 60 s. On epoll and io_uring it is also the
         * TCP_USER_TIMEOUT (RFC 5482) of the sockets of an {@link SseServer}: a client that vanishes without a word ends this
         * long after the next heartbeat. On NIO the kernel decides when: {@link SseServer.Builder#nioMaxLifetime}.
         */
        public Builder writeTimeout(Duration value) {
            this.writeTimeout = Checks.atLeast("writeTimeout", value, 10);
            return this;
        }

        /**
         * How many bytes of {@link SseConnection#send} may wait for one client; above 0, default 64 KiB. While as many wait,
         * one event more ends the stream. What is sent next is no part of what waits, so an event may be larger than this.
         */
        public Builder sendLimit(int bytes) {
            this.sendLimit = Limits.Builder.positive("sendLimit", bytes);
            return this;
        }

        /** The handler. */
        public SseHandler build() {
            return new SseHandler(new Engine(options(1)));
        }

        Options options(int eventLoops) {
            return new Options(
                    routes.copy(),
                    access,
                    strictAccept,
                    limits,
                    maxLifetime,
                    listener,
                    heartbeat,
                    retry,
                    opening,
                    lagPolicy,
                    writeTimeout,
                    sendLimit,
                    eventLoops);
        }
    }
}
