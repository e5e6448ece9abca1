package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Ends of streams whose clients do not take what waits for them. */
class StreamEndAtFullSocketTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    @Test
    void anAbortWritesNothingMoreThoughTheStreamIsOnItsWayToAnEnd() throws Exception {
        SseServer server = start(local().listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").fromEarliest()));
        RawSseClient client = client(server, 2048);
        client.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        SseConnection stream = recorder.nextOpened();
        for (int i = 0; i < 100; i++) {
            publish("x".repeat(100_000));
        }
        untilFull(stream);
        server.connections().close(any -> true);
        publish("secret");
        server.connections().abort(any -> true);
        assertThat(stream.send(SseEvent.of("secret")).toCompletableFuture()).isCompletedExceptionally();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThat(rest(client)).contains("x").doesNotContain("secret", "retry: 1");
        assertThat(client.isWhole()).isFalse();
    }

    @Test
    void whoHasAllOfItIsAtItsEndThoughTheLogGoesOnWhileItsSocketIsFull() throws Exception {
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(4).build())
                .build();
        SseServer server =
                start(local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = client(server, 2048);
        client.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        SseConnection stream = recorder.nextOpened();
        String large = "x".repeat(4 << 20);
        publish(large); // more than both sockets take
        untilFull(stream);
        server.connections().close(any -> true);
        loopOf(stream).submit(() -> {}).get();
        for (int i = 0; i < 100; i++) {
            publish("after " + i);
        }
        client.readHead();
        assertThat(client.readEvent().data()).isEqualTo(large);
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
    }

    @Test
    void aFiniteStreamThatDoesNotEndByItselfIsToldBeforeTheDeadlineOfAShutdown() throws Exception {
        HandPublisher publisher = new HandPublisher(SseEvent.of("signalled"));
        SseServer server = start(local().listener(recorder).endpoint("/events", request -> SseReply.stream(publisher)));
        RawSseClient client = client(server);
        client.send(Pipelines.get("/events"));
        recorder.nextOpened();
        server.shutdown(Duration.ofSeconds(2));
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(beforeFarewell(rest(client))).contains("data: signalled\n");
        assertThat(client.isWhole()).isFalse();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
        publisher.untilCancelled();
    }

    @Test
    void theReturnsOfAShutdownAreSpreadHoweverSoonTheyAreTold() {
        assertThat(StreamRetryRange.upTo("comeBackIn", Duration.ofMillis(500)))
                .isEqualTo(new StreamRetryRange(250, 500));
        assertThat(StreamRetryRange.upTo("comeBackIn", Duration.ofSeconds(1)))
                .isEqualTo(new StreamRetryRange(500, 1000));
        assertThat(StreamRetryRange.upTo("comeBackIn", Duration.ofSeconds(9)))
                .isEqualTo(new StreamRetryRange(1000, 9000));
    }
}
