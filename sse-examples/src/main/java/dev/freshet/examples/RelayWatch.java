package dev.freshet.examples;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseHealth;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.metrics.SseMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** What the relay tells those who operate it: its metrics for Prometheus, and its health. Thread-safe. */
final class RelayWatch {

    /** The text format of Prometheus. */
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final SseHub hub;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile @Nullable SseMetrics metrics;
    private volatile boolean isEnding;

    RelayWatch(SseHub hub) {
        this.hub = hub;
    }

    /** Binds the metrics of the server. */
    void begin(SseServer server) {
        SseMetrics bound = SseMetrics.builder(server).hub("relay", hub).build();
        bound.bindTo(registry);
        metrics = bound;
    }

    /** Turns {@code ready} to 503. Whoever asks for an event stream is still served. */
    void beginEnd() {
        isEnding = true;
    }

    /** The answer to {@code /metrics}, off the event loop: the figures of a hub with many topics take a while. */
    SseReply metrics(SseRequest request) {
        return SseReply.when(CompletableFuture.supplyAsync(
                () -> SseReply.answer(200, TEXT, registry.scrape()), ForkJoinPool.commonPool()));
    }

    /** The answer to {@code /health/live}: 503 once an error has ended an event loop, so that the process is replaced. */
    SseReply live(SseServer server) {
        return answer(server.health() == SseHealth.FAILED ? "an event loop has failed" : null);
    }

    /** The answer to {@code /health/ready}: 503 before the store is loaded, and from the beginning of the end on. */
    SseReply ready(SseServer server) {
        if (isEnding || server.health() == SseHealth.STOPPING) {
            return answer("shutting down");
        }
        return hub.isLoaded() ? live(server) : answer("the store is not there yet");
    }

    /** Ends the sampling of the metrics. */
    void close() {
        if (metrics != null) {
            metrics.close();
        }
    }

    private static SseReply answer(@Nullable String problem) {
        return problem == null
                ? SseReply.json(200, Map.of("status", "up"))
                : SseReply.json(503, Map.of("status", "down", "reason", problem));
    }
}
