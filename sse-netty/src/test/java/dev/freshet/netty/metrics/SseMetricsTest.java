package dev.freshet.netty.metrics;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.Transport;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SseMetricsTest {
    private final SseHub hub = SseHub.create();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final SseServer server = SseServer.builder()
            .host("127.0.0.1")
            .port(0)
            .eventLoops(1)
            .transport(Transport.NIO)
            .endpoint("/rooms/{room}", request -> SseReply.subscribe(hub, "t"))
            .start();

    @AfterEach
    void close() {
        server.close();
        hub.close();
        registry.close();
    }

    private double open() {
        registry.get("freshet.event.loops").gauge().value(); // what a scrape reads
        Search found = registry.find("freshet.streams.open");
        return found.gauge() == null ? 0 : found.gauge().value();
    }

    @Test
    void theTagOfAStreamIsThePathAsRegistered() throws Exception {
        SseMetrics.builder(server).hub("a", hub).build().bindTo(registry);
        try (RawSseClient client =
                RawSseClient.connect("127.0.0.1", server.address().getPort())) {
            client.get("/rooms/made-up-by-the-client");
            await("a stream is open", () -> open() >= 1);
        }

        assertThat(registry.get("freshet.streams.open").gauge().getId().getTags())
                .contains(Tag.of("path", "/rooms/{room}"), Tag.of("protocol", "HTTP/1.1"), Tag.of("kind", "hub"));
    }

    @Test
    void everyMeterIsNamedAndDescribed() {
        SseMetrics.builder(server).hub("a", hub).build().bindTo(registry);

        List<Meter> ours = registry.getMeters().stream()
                .filter(meter -> meter.getId().syntheticAssociation() == null)
                .toList();
        assertThat(ours).hasSizeGreaterThan(40).allSatisfy(meter -> {
            assertThat(meter.getId().getName()).startsWith("freshet.");
            assertThat(meter.getId().getDescription()).isNotBlank();
        });
    }

    @Test
    void everyHubHasMetersOfItsOwn() {
        try (SseHub other = SseHub.create()) {
            SseMetrics.builder(server).hub("a", hub).hub("b", other).build().bindTo(registry);
            other.publish("t", SseEvent.of("x"));

            assertThat(registry.get("freshet.published.events")
                            .tag("hub", "b")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.get("freshet.published.events")
                            .tag("hub", "a")
                            .functionCounter()
                            .count())
                    .isZero();
        }
    }

    @Test
    void twoHubsOfOneNameAreRefused() {
        SseMetrics.Builder builder = SseMetrics.builder(server).hub("a", hub);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.hub("a", hub))
                .withMessageContaining("metrics.hub: \"a\"");
    }

    @Test
    void closeRemovesTheMeters() {
        SseMetrics metrics = SseMetrics.builder(server).hub("a", hub).build();
        metrics.bindTo(registry);

        metrics.close();

        assertThat(registry.getMeters()).extracting(Meter::getId).isEmpty();
    }

    private int meters() {
        return registry.getMeters().size();
    }

    @Test
    void bindingTwiceToOneRegistryHasNoEffect() {
        SseMetrics metrics = SseMetrics.builder(server).hub("a", hub).build();
        metrics.bindTo(registry);
        int once = meters();

        metrics.bindTo(registry);

        assertThat(meters()).isEqualTo(once);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aSampleIsRecordedOnceWhereTheMetricsAreBoundTwice() throws Exception {
        SseMetrics metrics = SseMetrics.builder(server).build();
        metrics.bindTo(registry);
        metrics.bindTo(registry);
        Timer latency = registry.get("freshet.publish.latency").timer();
        try (RawSseClient client =
                RawSseClient.connect("127.0.0.1", server.address().getPort())) {
            client.get("/rooms/a");
            hub.publish("t", SseEvent.of("x"));
            await("a sample", () -> latency.count() > 0);
        }
        server.close(); // the event loops have ended

        assertThat(latency.count()).isEqualTo(1);
    }

    @Test
    void twoServersOfOneRegistryHaveMetersByTheirTags() {
        SseMetrics.builder(server).tags("server", "a").build().bindTo(registry);
        int one = meters();
        SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();
        SseMetrics other =
                SseMetrics.builder(handler).tags("server", "b").hub("b", hub).build();
        other.bindTo(registry);

        assertThat(registry.find("freshet.event.loops").gauges()).hasSize(2);
        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTag("server")).isNotNull());
        other.close();
        assertThat(meters()).isEqualTo(one);
    }

    @Test
    void twoServersWithoutTagsAreRefusedInOneRegistry() {
        SseMetrics.builder(server).build().bindTo(registry);
        int one = meters();
        SseMetrics other = SseMetrics.builder(server).hub("a", hub).build();

        assertThatIllegalStateException()
                .isThrownBy(() -> other.bindTo(registry))
                .withMessageContaining("expected: SseMetrics.Builder.tags");

        other.close();
        assertThat(meters()).isEqualTo(one);
    }

    @Test
    void aTagOfAKeyOfTheMetersIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseMetrics.builder(server).tags("kind", "a"))
                .withMessageContaining("metrics.tags: \"kind\"");
    }

    @Test
    void aHandlerInAPipelineHasTheMetersOfStreams() {
        SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();
        SseMetrics.builder(handler).build().bindTo(registry);

        assertThat(registry.find("freshet.streams.closed").functionCounters()).isNotEmpty();
        assertThat(registry.find("freshet.sockets.refused").meters()).isEmpty();
    }
}
