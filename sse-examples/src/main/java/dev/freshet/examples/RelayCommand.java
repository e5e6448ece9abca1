package dev.freshet.examples;

import dev.freshet.hub.SseHubBuilder;
import dev.freshet.hub.StoreStart;
import dev.freshet.log.Retention;
import dev.freshet.netty.EndpointOptions;
import dev.freshet.netty.SseServer;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that serves the relay. Options that are not given have the defaults of the library. */
@Command(
        name = "relay",
        description = {
            "Serve a small publish and subscribe server:",
            "  GET  /events?topic=a&topic=b   subscribe",
            "  POST /publish?topic=a&type=t   publish the body",
            "  POST /disconnect               close every open stream",
            "  GET  /stats                    what it holds and has done",
            "  GET  /metrics                  the same and more, for Prometheus",
            "  GET  /health/live              200 unless an event loop has failed",
            "  GET  /health/ready             200 while it takes streams; 503 first of all when it ends"
        })
final class RelayCommand implements Callable<Integer> {

    private static final Duration LOADING = Duration.ofMinutes(1);

    @Mixin
    private Listen listen = new Listen();

    @Mixin
    private Guard guard = new Guard();

    @Option(names = "--retention-events", paramLabel = "COUNT", description = "Events kept per topic.")
    private @Nullable Integer retentionEvents;

    @Option(names = "--retention-bytes", paramLabel = "BYTES", description = "Bytes kept per topic.")
    private @Nullable Long retentionBytes;

    @Option(
            names = "--retention-age",
            paramLabel = "SECONDS",
            description = "How long events are kept; also 10m or PT10M.")
    private @Nullable Duration retentionAge;

    @Option(
            names = "--linger",
            paramLabel = "MILLIS",
            converter = Durations.Millis.class,
            description = "How long an event waits for more, to be sent with them; 0 to 1000, also 20ms. Default: 0.")
    private @Nullable Duration linger;

    @Option(
            names = "--compress",
            description =
                    "Compress events with gzip, once for all streams of an event loop that follow the same topics, for "
                            + "clients that accept it. Who follows topics must be permitted to read all of them.")
    private boolean compress;

    @Mixin
    private LoopOptions loops = new LoopOptions();

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            description = "Silence after which a comment is sent; also 500ms or PT15S.")
    private @Nullable Duration heartbeat;

    @Option(
            names = "--retry",
            paramLabel = "MILLIS",
            converter = Durations.Millis.class,
            description =
                    "How long clients are told to wait before they reconnect; also 3s. Default: each its own, 2 to 4 s.")
    private @Nullable Duration retry;

    @Option(
            names = "--end-delay",
            paramLabel = "SECONDS",
            description =
                    "How long /health/ready says 503, once the process is to end, before the port closes; also 5s. "
                            + "Default: the port closes at once, so set it behind a load balancer.")
    private @Nullable Duration endDelay;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Option(
            names = "--redis-retry",
            description = "Come up also while Redis cannot be read, and try again until it can; else the relay fails.")
    private boolean redisRetry;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Override
    public Integer call() throws Exception {
        SslContext context = tls.context();
        SseServer.Builder builder = builder();
        Optional.ofNullable(context).ifPresent(builder::tls);
        if (redisRetry && !store.isShared()) {
            throw new IllegalArgumentException("--redis-retry: given (expected: with --redis)");
        }
        try (store) { // if the relay does not start
            SseHubBuilder hub = store.hub(retention());
            Optional.ofNullable(linger).ifPresent(hub::linger);
            EndpointOptions.Builder streams = EndpointOptions.builder();
            Relay relay = Relay.start(
                    redisRetry ? hub.storeStart(StoreStart.RETRY, LOADING) : hub,
                    builder,
                    guard,
                    compress ? streams.compress() : streams);
            SseServer server = relay.server();
            String url = listen.url(context == null ? "http" : "https", server.address());
            return Program.run(listen, url, () -> beginEnd(relay), Program.drain(server), relay, store);
        }
    }

    private void beginEnd(Relay relay) throws InterruptedException {
        relay.beginEnd();
        if (endDelay != null) {
            Thread.sleep(endDelay.toMillis());
        }
    }

    private Retention retention() {
        Retention.Builder retention = Retention.builder();
        Optional.ofNullable(retentionEvents).ifPresent(retention::maxEvents);
        Optional.ofNullable(retentionBytes).ifPresent(retention::maxBytes);
        Optional.ofNullable(retentionAge).ifPresent(retention::maxAge);
        return retention.build();
    }

    private SseServer.Builder builder() {
        SseServer.Builder server = listen.server().transport(loops.transport);
        Optional.ofNullable(loops.eventLoops).ifPresent(server::eventLoops);
        Optional.ofNullable(heartbeat).ifPresent(server::heartbeat);
        Optional.ofNullable(retry).ifPresent(time -> server.retry(time, time));
        return server;
    }
}
