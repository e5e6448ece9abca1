package dev.freshet.netty;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The options of a handler, shared by the builders of {@link SseHandler} and {@link SseServer}. A value out of its
 * range is an IllegalArgumentException. A duration without an upper bound has one of 365 days.
 *
 * @param <B> the builder's own type
 */
abstract class HandlerOptions<B> {
    private final RequestRoutes routes = new RequestRoutes();
    private RequestPolicy access = RequestPolicy.OPEN;
    private boolean strictAccept;
    private Limits limits = Limits.defaults();
    private @Nullable Duration maxLifetime;
    private SseListener listener = new SseListener() {};
    private Heartbeat heartbeat = Heartbeat.DEFAULT;
    private StreamRetryRange retry = StreamRetryRange.of(Duration.ofSeconds(2), Duration.ofSeconds(4));
    private StreamOpening opening = StreamOpening.EVENT;
    private @Nullable BiFunction<Integer, String, HttpAnswer> refusals;
    private LagPolicy lagPolicy = LagPolicy.DISCONNECT;
    private Duration writeTimeout = Duration.ofSeconds(60);
    private int sendLimit = 64 << 10;
    private InstantSource clock = InstantSource.system();

    /**
     * Adds an endpoint for GET and HEAD at a path: {@link #endpoint(String, String, SseEndpoint)} with {@code "GET"}.
     */
    public B endpoint(String path, SseEndpoint endpoint) {
        return endpoint(RequestRoutes.GET, path, endpoint);
    }

    /**
     * Adds an endpoint for a method at a path. A segment {@code {name}} matches any segment that is not empty; a last
     * segment {@code *} matches the rest of the path, also an empty one: {@link SseRequest#pathParameter}. At each
     * segment a literal takes precedence over a parameter, and a parameter over the rest. A request with another method
     * at the path is passed to the application's handlers, and is answered with 405 if there are none. The form of a
     * path: {@link SseEndpoint}.
     *
     * @param method in capitals, or {@code *} for every method except CONNECT that has no endpoint of its own at the
     *     path, OPTIONS included unless {@link #cors} answers it. A preflight is answered by the endpoint of the method
     *     that it names, or if there is none by that of {@code *}. {@code GET} includes HEAD unless HEAD has an
     *     endpoint of its own. The body of a request with GET or HEAD is not read
     * @param path begins with {@code /}; without query, percent-decoded
     * @throws IllegalArgumentException if the method or the path has another form (the message names the expected
     *     form), or an endpoint is registered already for the same requests
     */
    public B endpoint(String method, String path, SseEndpoint endpoint) {
        return endpoint(method, path, endpoint, EndpointOptions.NONE);
    }

    /** Adds an endpoint with options of its own. */
    public B endpoint(String method, String path, SseEndpoint endpoint, EndpointOptions options) {
        routes.add(method, path, endpoint, options);
        return self();
    }

    /**
     * Sets the policy for pages of other origins: which of them may read the responses of the endpoints, and the
     * refusals that precede the choice of an endpoint; default none. An {@code OPTIONS} request of an endpoint is
     * answered by the policy.
     */
    public B cors(CorsPolicy value) {
        this.access = access.withCors(Objects.requireNonNull(value, "cors"));
        return self();
    }

    /**
     * Sets the host names of this server. A request to an endpoint whose {@code Host} (over HTTP/2 {@code :authority})
     * is another is refused with 421, which protects from DNS rebinding: a page whose own name resolves to this
     * server's address reads nothing. Default no check.
     *
     * @param names such as {@code localhost}, {@code [::1]} or {@code example.com:8080}. A name without a port matches
     *     any port. A name with the port of HTTPS, without TLS also with that of HTTP, matches a {@code Host} without a
     *     port, too
     * @throws IllegalArgumentException if there is none, or one has another form
     */
    public B hosts(String... names) {
        if (Objects.requireNonNull(names, "names").length == 0) {
            throw new IllegalArgumentException("hosts: none (expected: at least one)");
        }
        this.access = access.withHosts(
                Arrays.stream(names).map(RequestPolicy::checkHost).toList());
        return self();
    }

    /**
     * Sets the origins whose pages may send requests, beside the server's own origin and those that {@link #cors}
     * allows. A request with another {@code Origin} is refused with 403 before the endpoint is called. The server's own
     * origin has the name in {@code Host}, and the scheme {@code https} over TLS; without TLS it may also be {@code
     * http}. A form posted by a page without a referrer may have the origin {@code null}, which is not the server's
     * own. Default no check.
     *
     * @param origins as for {@link CorsPolicy.Builder#origins}; none for the server's own only
     * @throws IllegalArgumentException if one has another form
     */
    public B origins(String... origins) {
        this.access =
                access.withOrigins(CorsPolicy.checkOrigins("origins", Objects.requireNonNull(origins, "origins")));
        return self();
    }

    /** Sets the requests that {@link #hosts} and {@link #origins} apply to; default {@link AccessScope#ENDPOINTS}. */
    public B accessScope(AccessScope value) {
        this.access = access.withScope(Objects.requireNonNull(value, "accessScope"));
        return self();
    }

    /**
     * Sets the proxies whose forwarding header is trusted: {@link SseRequest#clientAddress} is then the address of the
     * nearest hop that is not one of these proxies. Default none.
     *
     * @param header the header that these proxies set, or append to
     * @param blocks addresses and CIDR blocks, such as {@code 127.0.0.1}, {@code 10.0.0.0/8}, {@code fd00::/8}
     * @throws IllegalArgumentException if one has another form
     */
    public B trustedProxies(ProxyHeader header, String... blocks) {
        this.access = access.withProxies(new RequestProxies(header, blocks));
        return self();
    }

    /**
     * Refuses with 406 a request that does not accept {@code text/event-stream}. Default: {@code Accept} is ignored
     * (RFC 9110 12.5.1), because many clients request a stream in a body and accept {@code application/json}.
     */
    public B strictAccept() {
        this.strictAccept = true;
        return self();
    }

    /**
     * Sets a function that writes refusals, those of this library and of {@link SseReply#refuse}, in the form of the
     * application's other errors, for example as JSON. Default: the reason as a line of text. The status is kept, and
     * so are the headers that go with it. If the function throws, the failure is logged and the line of text is sent.
     * It is not called for a head over HTTP/2 that is larger than {@link Limits.Builder#headerBytes}: the codec answers
     * that with 431 without a body. Called on event loops; must not block.
     *
     * @param writer takes the status and the reason, which may quote a part of the request
     */
    public B refusals(BiFunction<Integer, String, HttpAnswer> writer) {
        this.refusals = Objects.requireNonNull(writer, "refusals");
        return self();
    }

    /** Sets the limits on what clients may use; default {@link Limits#defaults}. */
    public B limits(Limits value) {
        this.limits = Objects.requireNonNull(value, "limits");
        return self();
    }

    /**
     * Sets the longest duration of a stream; 10 ms or more, default no limit. Each stream lasts 80 to 100 % of it. The
     * client then receives a {@code retry} and reconnects to resume, possibly to another node if there are several. A
     * publisher's stream that has not completed by then is cut off. A stream whose client reads slowly ends at most
     * {@link Limits.Builder#closeTimeout} later, whatever waits.
     */
    public B maxLifetime(Duration value) {
        this.maxLifetime = Checks.atLeast("maxLifetime", value, 10);
        return self();
    }

    /** Sets the listener that is called as streams open and close; default none. */
    public B listener(SseListener value) {
        this.listener = Objects.requireNonNull(value, "listener");
        return self();
    }

    /**
     * Sets the write silence after which a comment line {@code :} is sent; 10 ms or more, default 15 s. Each is
     * jittered, down to 80 %.
     */
    public B heartbeat(Duration silence) {
        return heartbeat(Heartbeat.comment(silence));
    }

    /** Sets the heartbeat that a stream sends after a time of silence; default a comment after 15 s. */
    public B heartbeat(Heartbeat value) {
        this.heartbeat = Objects.requireNonNull(value, "heartbeat");
        return self();
    }

    /**
     * Sets the range of reconnection times. Each client of a hub's stream is sent a random one as its stream opens, so
     * that not all reconnect at once; from 0 to 365 days, default 2 to 4 s.
     *
     * @throws IllegalArgumentException if one is not from 0 to 365 days, or the first is over the second
     */
    public B retry(Duration min, Duration max) {
        this.retry = StreamRetryRange.of(min, max);
        return self();
    }

    /** Sets the opening of hub streams, unless {@link SseReply.Subscribe#opening} sets another; default an event. */
    public B opening(StreamOpening value) {
        this.opening = Objects.requireNonNull(value, "opening");
        return self();
    }

    /** Sets the policy for a client that lags behind retention; default {@link LagPolicy#DISCONNECT}. */
    public B lagPolicy(LagPolicy value) {
        this.lagPolicy = Objects.requireNonNull(value, "lagPolicy");
        return self();
    }

    /**
     * Sets the time for which a client may take no byte while some wait for it; 10 ms or more, default 60 s. On epoll
     * and io_uring it is also the TCP_USER_TIMEOUT (RFC 5482) of the sockets of an {@link SseServer}: the stream of a
     * client that vanishes ends this long after the next heartbeat. On NIO the kernel decides when: {@link
     * SseServer.Builder#nioMaxLifetime}.
     */
    public B writeTimeout(Duration value) {
        this.writeTimeout = Checks.atLeast("writeTimeout", value, 10);
        return self();
    }

    /**
     * Sets the number of bytes of {@link SseConnection#send} that may wait for one client; above 0, default 64 KiB.
     * While that many wait, a further event ends the stream. The event being sent is not counted among them, so an
     * event may be larger than this.
     */
    public B sendLimit(int bytes) {
        this.sendLimit = Limits.Builder.positive("sendLimit", bytes);
        return self();
    }

    /**
     * Sets the clock for the time of day that {@link SseReply.Subscribe#expiresAt} is compared with as a stream opens,
     * for tests; default that of the system. From then on, the expiry is a timer of the event loop, as are heartbeats,
     * lifetimes and timeouts, which this clock does not move. An {@code EmbeddedChannel} of Netty 4.2 with this handler
     * moves them ({@code freezeTime}, {@code advanceTimeBy}); nothing moves those of an {@link SseServer}. {@link
     * SseConnection#openedAt} and {@link SseConnection#lastWriteAt} are by this clock, too; a test that reads the latter
     * moves both times together.
     */
    public B clock(InstantSource value) {
        this.clock = Objects.requireNonNull(value, "clock");
        return self();
    }

    /** Returns this builder. */
    abstract B self();

    RequestOptions options(int eventLoops) {
        StreamOptions stream = new StreamOptions(
                limits,
                maxLifetime,
                listener,
                heartbeat,
                retry,
                opening,
                lagPolicy,
                writeTimeout,
                sendLimit,
                false,
                eventLoops,
                clock);
        return new RequestOptions(routes.copy(), access, strictAccept, refusals, stream);
    }
}
