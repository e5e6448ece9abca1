package dev.freshet.examples.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The recipe of the guide, with OpenTelemetry's tracer, over a socket. */
class TraceContextTest {
    private static final Path GUIDE = Path.of("..", ".github", "guides", "trace-context.md");
    private static final Path SOURCES = Path.of("src", "test", "java", "dev", "freshet", "examples", "trace");

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build();
    private final ObservationRegistry traced = ObservationRegistry.create();
    private final SseHub hub = SseHub.create();
    private final List<TracedPrice> handled = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private SseServer server;

    @SuppressWarnings("NullAway.Init")
    private RawSseClient client;

    @BeforeEach
    void start() throws Exception {
        Tracer otel = provider.get("test");
        OtelTracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), event -> {});
        OtelPropagator propagator =
                new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
        traced.observationConfig()
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new DefaultTracingObservationHandler(tracer)));
        server = SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .endpoint("/prices", request -> SseReply.subscribe(hub, "prices"))
                .start();
        client = RawSseClient.connect("127.0.0.1", server.address().getPort()).without("stream-open");
        assertThat(client.get("/prices").status()).isEqualTo(200);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        hub.close();
        provider.close();
    }

    /** Reads an event as the follower's service would. */
    private void receive(ObservationRegistry observations) throws Exception {
        TracedFollower follower = new TracedFollower(observations, JsonMapper.shared(), handled::add);
        var event = client.readEvent();
        follower.received(event.type(), event.data());
    }

    private SpanData span(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFollowerContinuesTheTraceOfThePublisher() throws Exception {
        Observation.createNotStarted("order", traced)
                .observe(() -> new TracedPublisher(hub, traced).publish("ACME", 12.3));
        receive(traced);

        SpanData publish = span("prices.publish");
        SpanData receive = span("prices.receive");
        assertThat(publish.getParentSpanId()).isEqualTo(span("order").getSpanId());
        assertThat(receive.getTraceId()).isEqualTo(publish.getTraceId());
        assertThat(receive.getParentSpanId()).isEqualTo(publish.getSpanId());
    }

    @Test
    void theEventsJsonHasTheTraceparentOfThePublish() throws Exception {
        new TracedPublisher(hub, traced).publish("ACME", 12.3);
        receive(traced);

        SpanData publish = span("prices.publish");
        assertThat(handled)
                .containsExactly(new TracedPrice(
                        "ACME", 12.3, "00-" + publish.getTraceId() + "-" + publish.getSpanId() + "-01"));
    }

    @Test
    void aPublisherWithoutATracerSendsNoTraceparentAndItsFollowerBeginsATrace() throws Exception {
        new TracedPublisher(hub, ObservationRegistry.NOOP).publish("ACME", 12.3);
        receive(traced);

        assertThat(handled).containsExactly(new TracedPrice("ACME", 12.3, null));
        assertThat(span("prices.receive").getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void aFollowerWithoutATracerHandlesTheEvent() throws Exception {
        new TracedPublisher(hub, traced).publish("ACME", 12.3);
        receive(ObservationRegistry.NOOP);

        assertThat(handled).extracting(TracedPrice::symbol).containsExactly("ACME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TracedPrice.java", "TracedPublisher.java", "TracedFollower.java"})
    void theGuideShowsTheCodeAsItStands(String file) throws Exception {
        var shown = Pattern.compile("(?ms)^```java\\n// " + Pattern.quote(file) + "\\n(.*?)^```$")
                .matcher(Files.readString(GUIDE));

        assertThat(shown.find()).as(file).isTrue();
        assertThat(Files.readString(SOURCES.resolve(file))).contains(shown.group(1));
    }
}
