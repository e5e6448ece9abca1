package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stream gets that begins while far too much waits in the sockets of its event loop. */
class HubRoomQueueTest {
    private static final long BOUND = 1 << 20;
    private static final long FAR_TOO_MUCH = 3 * BOUND + 1;
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final SseEvent LARGE =
            SseEvent.of("x".repeat(10_000)); // two of them are more than a piece or a batch
    private static final int EVENTS = 20;

    private final SseHub hub = SseHub.create();
    private StreamBase stream;
    private final EmbeddedChannel channel = Pipelines.served(SseHandler.builder()
            .listener(new SseListener() {
                @Override
                public void opened(SseConnection connection, ResumeOutcome outcome) {
                    stream = (StreamBase) connection;
                    stream.loop.unsent().changed(FAR_TOO_MUCH);
                }
            })
            .limits(Limits.builder().unsentBytes(BOUND).build())
            .endpoint("/state", request -> SseReply.subscribe(hub, "t")
                    .snapshot(() -> Collections.nCopies(EVENTS, LARGE)))
            .endpoint("/events", request -> SseReply.subscribe(hub, "t")));

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
        hub.close();
    }

    private long events() {
        return Pipelines.sent(channel)
                .lines()
                .filter(line -> line.equals("data: " + LARGE.data()))
                .count();
    }

    private void thereIsRoom() {
        stream.loop.unsent().changed(-FAR_TOO_MUCH);
    }

    @Test
    void aStateIsWrittenAPieceAtEachLookAndOnAtOnceWhenThereIsRoom() {
        Pipelines.send(channel, Pipelines.get("/state"));
        assertThat(events()).as("with the head").isEqualTo(1);
        for (int look = 0; look < 3; look++) {
            Pipelines.after(channel, LOOK);
            assertThat(events()).isEqualTo(1);
        }
        thereIsRoom();
        Pipelines.after(channel, LOOK);
        Pipelines.after(channel, Duration.ZERO); // behind a turn for others
        assertThat(events()).isEqualTo(EVENTS - 4);
    }

    @Test
    void aStreamWaitsForALookAndGetsAllOfIt() {
        EventId first = Objects.requireNonNull(
                hub.publish("t", SseEvent.of("first")).toCompletableFuture().join());
        for (int i = 0; i < EVENTS; i++) {
            hub.publish("t", LARGE);
        }
        Pipelines.send(channel, Pipelines.get("/events", "Last-Event-ID: " + first));
        assertThat(events()).isZero();
        Pipelines.after(channel, LOOK);
        long some = events();
        assertThat(some).as("the socket takes it at once").isEqualTo(HubBatchCopies.FLUSHES_IN_A_ROW);
        Pipelines.after(channel, LOOK);
        assertThat(events()).isEqualTo(EVENTS - some);
        hub.publish("t", LARGE);
        assertThat(events()).isZero();
        thereIsRoom();
        Pipelines.after(channel, LOOK);
        assertThat(events()).isEqualTo(1);
    }

    @Test
    void oneThatEndsWhileItWaitsIsLeftOut() {
        EventId first = Objects.requireNonNull(
                hub.publish("t", SseEvent.of("first")).toCompletableFuture().join());
        hub.publish("t", LARGE);
        Pipelines.send(channel, Pipelines.get("/events", "Last-Event-ID: " + first));
        stream.abort();
        Pipelines.after(channel, LOOK);
        assertThat(events()).isZero();
        assertThat(channel.isOpen()).isFalse();
    }
}
