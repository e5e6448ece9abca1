package dev.freshet.examples;

import dev.freshet.hub.StoreStart;
import dev.freshet.log.Retention;
import dev.freshet.netty.SseServer;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

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
            converter = Durations.class,
            description =
                    "How long /health/ready says 503, once the process is to end, before the port closes; also 5s. "
                            + "Default: the port closes at once, so set it behind a load balancer.")
    private @Nullable Duration endDelay;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(
            names = "--redis-retry",
            description = "Come up also while Redis cannot be read, and try again until it can; else the relay fails.")
    private boolean redisRetry;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Override
    public Integer call() throws Exception {
        SslContext context = tls.context(listen.commandLine());
        SseServer.Builder server = server();
        Program.ifGiven(context, server::tls);
        if (redisRetry && !listen.commandLine().getParseResult().hasMatchedOption("--redis")) {
            throw new ParameterException(listen.commandLine(), "--redis-retry: given (expected: with --redis)");
        }
        Relay relay = store.start(
                retention(),
                listen.commandLine(),
                hub -> Relay.start(redisRetry ? hub.storeStart(StoreStart.RETRY, LOADING) : hub, server, guard));
        String scheme = context == null ? "http" : "https";
        return Program.run(listen.url(scheme, relay.server().address()), () -> end(relay), listen.out());
    }

    private void end(Relay relay) throws Exception {
        relay.beginEnd();
        try {
            if (endDelay != null) {
                Thread.sleep(endDelay.toMillis());
            }
        } finally {
            Program.drain(relay.server(), () -> {
                relay.close();
                store.close();
            });
        }
    }

    private Retention retention() {
        Retention.Builder retention = Retention.builder();
        Program.ifGiven(retentionEvents, retention::maxEvents);
        Program.ifGiven(retentionBytes, retention::maxBytes);
        Program.ifGiven(retentionAge, retention::maxAge);
        return retention.build();
    }

    private SseServer.Builder server() {
        SseServer.Builder server = listen.server().transport(loops.transport());
        Program.ifGiven(loops.eventLoops(), server::eventLoops);
        Program.ifGiven(heartbeat, server::heartbeat);
        Program.ifGiven(retry, time -> server.retry(time, time));
        return server;
    }
}
