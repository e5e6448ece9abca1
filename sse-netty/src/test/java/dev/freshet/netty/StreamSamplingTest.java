package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which writes and streams are samples. */
class StreamSamplingTest extends ServerFixture {
    private static final int STREAMS = 64;

    private static StreamSampling sampled() {
        StreamSamplers samplers = new StreamSamplers(new EventLoopHoldWatch(System::nanoTime));
        samplers.add(new SseSampler() {});
        return new StreamSampling(new EmbeddedChannel().eventLoop(), samplers);
    }

    private static Set<Integer> lagsOfATick(StreamSampling sampling, int streams, boolean timed) {
        Set<Integer> indices = new HashSet<>();
        if (timed) {
            sampling.timerFired(System.nanoTime());
        }
        sampling.tickBegins(streams);
        for (int i = 0; i < streams; i++) {
            if (sampling.samplesLag(i)) {
                indices.add(i);
            }
        }
        return indices;
    }

    @Test
    void aStreamThatWaitsForALaterTurnOfTheLoopIsSampledToo() throws Exception {
        RequestEngine engine = new RequestEngine(
                SseHandler.builder()
                        .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                        .options(1),
                0,
                System::nanoTime);
        SseHandler handler = new SseHandler(engine);
        CompletableFuture<Long> sample = new CompletableFuture<>();
        handler.addSampler(new SseSampler() {
            @Override
            public void latency(long nanos) {
                sample.complete(nanos);
            }
        });
        int port = listen(handler);
        List<RawSseClient> clients = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            RawSseClient client = client(port);
            client.get("/events");
            clients.add(client);
        }

        publish("x");

        for (RawSseClient client : clients) {
            assertThat(client.readEvent().data()).isEqualTo("x");
        }
        assertThat(sample.get(20, TimeUnit.SECONDS)).isPositive();
    }

    @Test
    void theLagsOfOtherStreamsAreSampledInOtherTicks() {
        StreamSampling sampling = sampled();
        Set<Integer> indices = new HashSet<>();
        for (int tick = 0; tick < 1000; tick++) {
            indices.addAll(lagsOfATick(sampling, 640, true));
        }

        assertThat(indices).hasSize(640);
    }

    @Test
    void noMoreThan64LagsAreSampledInATick() {
        assertThat(lagsOfATick(sampled(), 100_000, true)).hasSizeBetween(1, 64);
    }

    @Test
    void noLagIsSampledInATickThatTheTimerHasNotBegun() {
        assertThat(lagsOfATick(sampled(), 640, false)).isEmpty();
    }

    @Test
    void aTimerThatFiresDuringATickHasTheNextTickSampled() {
        StreamSampling sampling = sampled();
        sampling.tickBegins(640);
        sampling.timerFired(System.nanoTime());
        assertThat(sampling.isTimed()).isFalse();

        assertThat(lagsOfATick(sampling, 640, false)).isNotEmpty();
        assertThat(sampling.isTimed()).isTrue();
        assertThat(lagsOfATick(sampling, 640, false)).isEmpty();
    }
}
