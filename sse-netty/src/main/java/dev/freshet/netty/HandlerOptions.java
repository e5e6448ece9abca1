package dev.freshet.netty;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The options of a handler, for whoever builds one.
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

    /** An endpoint for GET and HEAD at a path: {@link #endpoint(String, String, SseEndpoint)} with {@code "GET"}. */
    public B endpoint(String path, SseEndpoint endpoint) {
        return endpoint(RequestRoutes.GET, path, endpoint);
    }

    /**
     * An endpoint for a method at a path. A segment {@code {name}} stands for any one that is not empty, and {@code *}
     * as the last for the whole rest, empty too: {@link SseRequest#pathParameter}. At each segment a literal goes
     * before a parameter and a parameter before the rest. A request with another method at the place passes to the handlers
     * behind, where the application has some, and is answered 405 else. What a path may have: {@link SseEndpoint}.
     *
     * @param method in capitals, or {@code *} for each but CONNECT that has no endpoint of its own at the path, also OPTIONS where no
     *     {@link #cors} answers it: that of the method which a preflight asks for, or without one that of {@code *}; {@code GET} brings HEAD, where that has no endpoint of its own. The body of a request with GET
     *     or HEAD is not read
     * @param path begins with {@code /}, without query, percent-decoded
     * @throws IllegalArgumentException if the method or the path has another form (the message names the form that is meant), or an
     *     endpoint is there already for the same requests
     */
    public B endpoint(String method, String path, SseEndpoint endpoint) {
        return endpoint(method, path, endpoint, EndpointOptions.NONE);
    }

    /** The same with options of its own. */
    public B endpoint(String method, String path, SseEndpoint endpoint, EndpointOptions options) {
        routes.add(method, path, endpoint, options);
        return self();
    }

    /**
     * Which pages of other origins may read what the endpoints answer, and what is refused before one was found; default none.
     * {@code OPTIONS} at an endpoint is answered by it.
     */
    public B cors(CorsPolicy value) {
        this.access = access.withCors(Objects.requireNonNull(value, "cors"));
        return self();
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
    public B hosts(String... names) {
        if (Objects.requireNonNull(names, "names").length == 0) {
            throw new IllegalArgumentException("hosts: none (expected: at least one)");
        }
        this.access = access.withHosts(
                Arrays.stream(names).map(RequestPolicy::checkHost).toList());
        return self();
    }

    /**
     * The origins whose pages may ask, beside the server's own and those that {@link #cors} names: a request with another
     * {@code Origin} is refused with 403, before the endpoint is asked. The server's own has the name in {@code Host}, and the scheme {@code https} over TLS; without TLS it may also be {@code http}. A page without a referrer may
     * post a form as {@code null}, which is not its own. Default: not looked at.
     *
     * @param origins as for {@link CorsPolicy.Builder#origins}; none for the server's own only
     * @throws IllegalArgumentException if one has another form
     */
    public B origins(String... origins) {
        this.access =
                access.withOrigins(CorsPolicy.checkOrigins("origins", Objects.requireNonNull(origins, "origins")));
        return self();
    }

    /** To which requests {@link #hosts} and {@link #origins} apply; default {@link AccessScope#ENDPOINTS}. */
    public B accessScope(AccessScope value) {
        this.access = access.withScope(Objects.requireNonNull(value, "accessScope"));
        return self();
    }

    /**
     * The proxies that are believed when they tell for whom they ask: {@link SseRequest#clientAddress} is then the
     * last hop that is none of them. Default: none.
     *
     * @param header the one that these proxies set, or add to
     * @param blocks addresses and CIDR blocks, such as {@code 127.0.0.1}, {@code 10.0.0.0/8}, {@code fd00::/8}
     * @throws IllegalArgumentException if one has another form
     */
    public B trustedProxies(ProxyHeader header, String... blocks) {
        this.access = access.withProxies(new RequestProxies(header, blocks));
        return self();
    }

    /**
     * Refuses with 406 who does not accept {@code text/event-stream}. Default: {@code RequestAccept} is not looked at (RFC 9110
     * 12.5.1), because many clients ask for a stream in a body and accept {@code application/json}.
     */
    public B strictAccept() {
        this.strictAccept = true;
        return self();
    }

    /**
     * Writes what is refused, by this library and by {@link SseReply#refuse}, as the application's other errors are: as JSON, for
     * example. Default: the reason as a line of text. The status stays, and so do headers that go with it. What it throws is
     * logged, and the line of text is sent. Not called for a head over HTTP/2 that is larger than {@link
     * Limits.Builder#headerBytes}: its codec answers 431 without a body. Called on event loops; must not block.
     *
     * @param writer from the status and the reason, which may quote a part of the request
     */
    public B refusals(BiFunction<Integer, String, HttpAnswer> writer) {
        this.refusals = Objects.requireNonNull(writer, "refusals");
        return self();
    }

    /** How much is taken from clients; default {@link Limits#defaults}. */
    public B limits(Limits value) {
        this.limits = Objects.requireNonNull(value, "limits");
        return self();
    }

    /**
     * How long a stream lasts at the most, each from 80 to 100 % of it; 10 ms or more, default without end. Then the
     * client gets a {@code retry}, and comes back to go on: on another node, where there are several. A publisher's
     * stream that is not over by then is cut off. One that takes what waits for it slowly ends {@link
     * Limits.Builder#closeTimeout} later, whatever waits.
     */
    public B maxLifetime(Duration value) {
        this.maxLifetime = Checks.atLeast("maxLifetime", value, 10);
        return self();
    }

    /** Who hears of connections; default nobody. */
    public B listener(SseListener value) {
        this.listener = Objects.requireNonNull(value, "listener");
        return self();
    }

    /** After how much write silence a line {@code :} is sent; 10 ms or more, default 15 s, jittered down to 80 %. */
    public B heartbeat(Duration silence) {
        return heartbeat(Heartbeat.comment(silence));
    }

    /** What a stream sends after a time of silence; default a comment after 15 s. */
    public B heartbeat(Heartbeat value) {
        this.heartbeat = Objects.requireNonNull(value, "heartbeat");
        return self();
    }

    /**
     * The reconnection times that clients of hubs are told as their streams open, each its own, so that they do not all
     * come back at once; from 0 to 365 days, default 2 to 4 s.
     */
    public B retry(Duration min, Duration max) {
        this.retry = StreamRetryRange.of(min, max);
        return self();
    }

    /** How the streams of hubs begin, unless {@link SseReply.Subscribe#opening} says; default an event. */
    public B opening(StreamOpening value) {
        this.opening = Objects.requireNonNull(value, "opening");
        return self();
    }

    /** What happens to a client that lags out; default {@link LagPolicy#DISCONNECT}. */
    public B lagPolicy(LagPolicy value) {
        this.lagPolicy = Objects.requireNonNull(value, "lagPolicy");
        return self();
    }

    /**
     * How long a client may take no byte that waits for it; 10 ms or more, default 60 s. On epoll and io_uring it is also the
     * TCP_USER_TIMEOUT (RFC 5482) of the sockets of an {@link SseServer}: a client that vanishes without a word ends this
     * long after the next heartbeat. On NIO the kernel decides when: {@link SseServer.Builder#nioMaxLifetime}.
     */
    public B writeTimeout(Duration value) {
        this.writeTimeout = Checks.atLeast("writeTimeout", value, 10);
        return self();
    }

    /**
     * How many bytes of {@link SseConnection#send} may wait for one client; above 0, default 64 KiB. While as many wait,
     * one event more ends the stream. What is sent next is no part of what waits, so an event may be larger than this.
     */
    public B sendLimit(int bytes) {
        this.sendLimit = Limits.Builder.positive("sendLimit", bytes);
        return self();
    }

    /** This one. */
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
                eventLoops);
        return new RequestOptions(routes.copy(), access, strictAccept, refusals, stream);
    }
}
