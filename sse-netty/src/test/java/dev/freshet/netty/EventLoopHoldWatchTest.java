package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseHub;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Code of the application that holds an event loop, by a clock that the test moves. */
class EventLoopHoldWatchTest {
    private static final Duration LONG = Duration.ofMillis(101);

    private final SseHub hub = SseHub.create();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // it may overflow at any time

    @RegisterExtension
    final LogReader log = new LogReader();

    private @Nullable SseHandler handler;

    @AfterEach
    void closeHub() {
        hub.close();
    }

    private void hold(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private List<String> warnings() {
        return log.text()
                .lines()
                .filter(line -> line.contains("held an event loop"))
                .toList();
    }

    private EmbeddedChannel ask(SseHandler.Builder builder, String path, String... headers) {
        if (handler == null) {
            handler = new SseHandler(new RequestEngine(builder.options(1), Long.MAX_VALUE, now::get));
        }
        EmbeddedChannel channel = Pipelines.channel(new HttpServerCodec(), handler);
        channel.writeInbound(Unpooled.copiedBuffer(Pipelines.get(path, headers), StandardCharsets.US_ASCII));
        return channel;
    }

    private void assertTold(SseHandler.Builder builder, String what) {
        EmbeddedChannel channel = ask(builder, "/a");
        assertThat(warnings()).singleElement().asString().contains(what + " held an event loop for 101 ms");
        channel.finishAndReleaseAll();
    }

    private SseEndpoint holding(Duration time) {
        return request -> {
            hold(time);
            return SseReply.stop();
        };
    }

    @Test
    void anEndpointIsTold() {
        assertTold(SseHandler.builder().endpoint("/{x}", holding(LONG)), "endpoint /{x}");
    }

    @Test
    void anEndpointThatThrowsIsTold() {
        assertTold(
                SseHandler.builder().endpoint("/a", request -> {
                    hold(LONG);
                    throw new IllegalStateException("as the test wants");
                }),
                "endpoint /a");
    }

    @Test
    void theJudgingOfAHeadIsTold() {
        assertTold(
                SseHandler.builder().endpoint("/a", new SseEndpoint() {
                    @Override
                    public SseReply head(SseRequest request) {
                        return holding(LONG).handle(request);
                    }

                    @Override
                    public SseReply handle(SseRequest request) {
                        return SseReply.stop();
                    }
                }),
                "endpoint /a");
    }

    @Test
    void aSnapshotIsTold() {
        assertTold(
                SseHandler.builder()
                        .endpoint("/a", request -> SseReply.subscribe(hub, "t").snapshot(() -> {
                            hold(LONG);
                            return List.of(SseEvent.of("a"));
                        })),
                "snapshot of [t]");
    }

    @Test
    void aPublisherIsTold() {
        Flow.Publisher<SseEvent> publisher = subscriber -> hold(LONG);
        assertTold(
                SseHandler.builder().endpoint("/a", request -> SseReply.stream(publisher)),
                "publisher " + publisher.getClass().getName());
    }

    @Test
    void aListenerIsTold() {
        SseListener listener = new SseListener() {
            @Override
            public void opened(SseConnection connection, ResumeOutcome outcome) {
                hold(LONG);
            }
        };
        assertTold(
                SseHandler.builder().listener(listener).endpoint("/a", request -> SseReply.subscribe(hub, "t")),
                "listener " + listener.getClass().getName());
    }

    @Test
    void aListenerIsToldOfAnEnd() {
        SseListener listener = new SseListener() {
            @Override
            public void closed(SseConnection connection, CloseReason reason) {
                hold(LONG);
            }
        };
        EmbeddedChannel channel =
                ask(SseHandler.builder().listener(listener).endpoint("/a", r -> SseReply.subscribe(hub, "t")), "/a");
        assertThat(warnings()).isEmpty();
        channel.finishAndReleaseAll();
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void aWriterOfRefusalsIsTold() {
        SseHandler.Builder builder = SseHandler.builder().refusals((status, reason) -> {
            hold(LONG);
            return SseReply.answer(status);
        });
        assertTold(builder.endpoint("/a", request -> SseReply.refuse(409)), "refusals 409");
    }

    @Test
    void aPredicateOfOriginsIsTold() {
        CorsPolicy policy = CorsPolicy.builder()
                .originsMatching(origin -> {
                    hold(LONG);
                    return true;
                })
                .build();
        SseHandler.Builder builder = SseHandler.builder().cors(policy).endpoint("/a", request -> SseReply.stop());
        EmbeddedChannel channel = ask(builder, "/a", "Origin: https://app.example");
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("cors and origins of /a held an event loop for 101 ms");
        channel.finishAndReleaseAll();
    }

    @Test
    void policiesWithoutCodeOfTheApplicationAreNotTold() {
        LongSupplier clock = () -> now.addAndGet(Duration.ofMinutes(2).toNanos()); // each watch is over its time
        CorsPolicy policy = CorsPolicy.builder()
                .origins("https://app.example")
                .subdomainsOf("https://app.example")
                .build();
        SseHandler.Builder builder = SseHandler.builder()
                .cors(policy)
                .hosts("localhost")
                .origins("https://app.example")
                .endpoint("/a", request -> SseReply.stop());
        handler = new SseHandler(new RequestEngine(builder.options(1), Long.MAX_VALUE, clock));
        ask(builder, "/a", "Origin: https://app.example").finishAndReleaseAll();
        assertThat(warnings()).isNotEmpty().allMatch(warning -> warning.contains("endpoint /a"));
    }

    @Test
    void aPredicateThatIsAskedOnTheLoopIsTold() {
        CompletableFuture<SseReply> answer = new CompletableFuture<>();
        EmbeddedChannel channel = ask(SseHandler.builder().endpoint("/a", request -> SseReply.when(answer)), "/a");
        Predicate<SseConnection> predicate = stream -> {
            hold(LONG);
            return false;
        };
        Objects.requireNonNull(handler).connections().close(predicate);
        assertThat(warnings()).isEmpty();
        answer.complete(SseReply.subscribe(hub, "t"));
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("predicate " + predicate.getClass().getName() + " held an event loop for 101 ms");
        channel.finishAndReleaseAll();
    }

    @Test
    void aHundredMillisecondsAreNotTold() {
        ask(SseHandler.builder().endpoint("/a", holding(Duration.ofMillis(100))), "/a")
                .finishAndReleaseAll();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void oneIsToldAMinute() {
        SseHandler.Builder builder =
                SseHandler.builder().endpoint("/a", holding(LONG)).endpoint("/b", holding(LONG));
        for (int i = 0; i < 5; i++) {
            ask(builder, i % 2 == 0 ? "/a" : "/b").finishAndReleaseAll();
        }
        assertThat(warnings()).hasSize(1);
        hold(Duration.ofMinutes(1));
        ask(builder, "/b").finishAndReleaseAll();
        assertThat(warnings()).hasSize(2).last().asString().contains("endpoint /b");
    }
}
