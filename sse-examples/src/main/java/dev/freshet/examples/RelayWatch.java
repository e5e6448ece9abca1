package dev.freshet.examples;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseHealth;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.metrics.SseMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** What the relay tells those who operate it: its metrics for Prometheus, and its health. Thread-safe. */
final class RelayWatch implements AutoCloseable {

    /** The text format of Prometheus. */
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final SseHub hub;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile @Nullable SseServer server;
    private volatile @Nullable SseMetrics metrics;
    private volatile boolean isEnding;

    RelayWatch(SseHub hub) {
        this.hub = hub;
    }

    /** Binds the metrics of the server; before that the relay is not ready. */
    void begin(SseServer started) {
        SseMetrics bound = SseMetrics.builder(started).hub("relay", hub).build();
        bound.bindTo(registry);
        metrics = bound;
        server = started;
    }

    /** Turns {@code ready} to 503. Whoever asks for an event stream is still served. */
    void beginEnd() {
        isEnding = true;
    }

    /** The answer to {@code /metrics}, off the event loop: the figures of a hub with many topics take a while. */
    SseReply metrics(SseRequest request) {
        return SseReply.when(CompletableFuture.supplyAsync(
                () -> SseReply.answer(200, TEXT, registry.scrape().getBytes(StandardCharsets.UTF_8)),
                ForkJoinPool.commonPool()));
    }

    /** The answer to {@code /health/live}: 503 once an error has ended an event loop, so that the process is replaced. */
    SseReply live(SseRequest request) {
        SseServer started = server;
        return answer(started != null && started.health() == SseHealth.FAILED ? "an event loop has failed" : null);
    }

    /** The answer to {@code /health/ready}: 503 before the store is loaded, and from the beginning of the end on. */
    SseReply ready(SseRequest request) {
        SseServer started = server;
        if (started == null) {
            return answer("starting");
        }
        if (isEnding || started.health() == SseHealth.STOPPING) {
            return answer("shutting down");
        }
        if (!hub.isLoaded()) {
            return answer("the store is not there yet");
        }
        return live(request);
    }

    private static SseReply answer(@Nullable String problem) {
        return problem == null
                ? SseReply.json(200, Map.of("status", "up"))
                : SseReply.json(503, Map.of("status", "down", "reason", problem));
    }

    @Override
    public void close() {
        SseMetrics bound = metrics;
        if (bound != null) {
            bound.close();
        }
        registry.close();
    }
}
