package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.NullArguments;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.netty.metrics.SseMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NullArgumentsTest extends ServerFixture {
    private SseRequest request() throws Exception {
        CompletableFuture<SseRequest> seen = new CompletableFuture<>();
        SseServer server = serve(request -> {
            seen.complete(request);
            return SseReply.stop();
        });
        client(server).get("/events");
        return seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void everyNullNamesItsParameter() throws Exception {
        SseServer server = serve();
        SseRequest request = request();
        AtomicInteger generations = new AtomicInteger();
        SseReply.Stream stream = SseReply.stream(Runnable::run, emitter -> {});
        NullArguments nulls = new NullArguments(SseServer.class, "dev.freshet.netty", "dev.freshet.netty.metrics")
                .without(SseHandler.class) // but for its builder Netty calls it
                .with(int.class, () -> 404)
                .with(SseRequest.class, () -> request)
                .with(SseGeneration.class, () -> SseGeneration.start(hub, "g" + generations.incrementAndGet()))
                .with(String.class, () -> "a")
                .with(String[].class, () -> new String[] {"http://a"})
                .with(Duration.class, () -> Duration.ofSeconds(1))
                .with(Instant.class, () -> Instant.EPOCH)
                .with(Collection.class, () -> List.of("a"))
                .with(Object.class, () -> 1)
                .with(SseEvent.class, () -> SseEvent.of("a"))
                .with(EventId.class, () -> new EventId(1, 0))
                .with(SseHub.class, () -> hub)
                .with(
                        SseSnapshot.class,
                        () -> SseSnapshot.of(hub, List.of("a"), Runnable::run, () -> SseSnapshot.State.of(List.of())))
                .with(SseServer.class, () -> server)
                .with(SseServer.Builder.class, SseServer::builder)
                .with(SseHandler.class, () -> SseHandler.builder().build())
                .with(SseHandler.Builder.class, SseHandler::builder)
                .with(SseConnections.class, server::connections)
                .with(SseReply.class, SseReply::stop)
                .with(SseReply.Subscribe.class, () -> SseReply.subscribe(hub, "a"))
                .with(SseReply.Stream.class, () -> stream)
                .with(SseReply.RetryLater.class, () -> SseReply.retryLater(Duration.ZERO))
                .with(SseReply.When.class, () -> SseReply.when(new CompletableFuture<>()))
                .with(HttpAnswer.class, SseReply::stop)
                .with(SseRequestBuilder.class, SseRequest::builder)
                .with(EndpointOptions.class, () -> EndpointOptions.NONE)
                .with(EndpointOptions.Builder.class, EndpointOptions::builder)
                .with(Heartbeat.class, () -> Heartbeat.DEFAULT)
                .with(SocketAddress.class, () -> new InetSocketAddress(0))
                .with(List.class, List::of)
                .with(Map.class, Map::of)
                .with(MeterRegistry.class, SimpleMeterRegistry::new)
                .with(SseMetrics.class, () -> SseMetrics.builder(server).build())
                .with(SseMetrics.Builder.class, () -> SseMetrics.builder(server))
                .with(StreamStats.class, () -> server.stats().streams())
                .with(byte[].class, () -> new byte[0])
                .with(Limits.class, Limits::defaults)
                .with(Limits.Builder.class, Limits::builder)
                .with(CorsPolicy.class, () -> CorsPolicy.builder().anyOrigin().build())
                .with(CorsPolicy.Builder.class, CorsPolicy::builder);
        assertThat(nulls.unnamed()).isEmpty();
        assertThat(nulls.calls()).isGreaterThan(80);
    }
}
