package dev.freshet.netty.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.Transport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filters and listeners of a registry may do to the metrics. */
class SseMetricsRegistryTest {
    private final SseHub hub = SseHub.create();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final SseServer server = SseServer.builder()
            .host("127.0.0.1")
            .port(0)
            .eventLoops(1)
            .transport(Transport.NIO)
            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
            .endpoint("/none", request -> SseReply.refuse(404))
            .start();
    private final SseMetrics metrics =
            SseMetrics.builder(server).hub("a", hub).hub("b", hub).build();

    @AfterEach
    void close() {
        server.close();
        hub.close();
        registry.close();
    }

    private void ask(String path, int status) throws Exception {
        try (RawSseClient client =
                RawSseClient.connect("127.0.0.1", server.address().getPort())) {
            assertThat(client.get(path).status()).isEqualTo(status);
        }
    }

    /** Runs a task on another thread, once, when the first meter is added, and waits for it. */
    private void atFirstMeter(Runnable task) {
        AtomicBoolean isOver = new AtomicBoolean();
        registry.config().onMeterAdded(meter -> {
            if (!isOver.getAndSet(true)) {
                CompletableFuture.runAsync(task).orTimeout(20, TimeUnit.SECONDS).join();
            }
        });
    }

    @Test
    void metersThatAFilterMakesOneAreRegisteredOnce() throws Exception {
        ask("/events", 200);
        ask("/none", 404);
        registry.config()
                .meterFilter(MeterFilter.ignoreTags(
                        "hub", "path", "protocol", "kind", "reason", "why", "status", "outcome", "state"));

        metrics.bindTo(registry);

        assertThat(registry.find("freshet.published.events").meters()).hasSize(1);
        assertThat(registry.find("freshet.streams.closed").meters()).hasSize(1);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"freshet.streams.open", "freshet.streams.opened", "freshet.requests.refused"})
    void aSeriesThatCannotBeRegisteredIsLeftOut(String name) throws Exception {
        ask("/events", 200);
        ask("/none", 404);
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                if (id.getName().equals(name)) {
                    throw new IllegalStateException("as the test wants it");
                }
                return id;
            }
        });

        metrics.bindTo(registry);

        assertThat(registry.find(name).meters()).isEmpty();
        assertThat(registry.get("freshet.delivered.events").functionCounter().count())
                .isZero();
    }

    @Test
    void theRegistryIsCalledWithoutALock() {
        MeterRegistry other = new SimpleMeterRegistry();
        atFirstMeter(() -> metrics.bindTo(other));

        assertThatCode(() -> metrics.bindTo(registry)).doesNotThrowAnyException();

        assertThat(other.getMeters()).hasSameSizeAs(registry.getMeters());
    }

    @Test
    void aCloseDuringABindLeavesNoMeters() {
        atFirstMeter(metrics::close);

        metrics.bindTo(registry);

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aListenerThatThrowsKeepsNoMeter() {
        metrics.bindTo(registry);
        registry.config().onMeterRemoved(meter -> {
            throw new IllegalStateException("as the test wants it");
        });

        metrics.close();

        assertThat(registry.getMeters()).noneMatch(FunctionCounter.class::isInstance);
    }
}
