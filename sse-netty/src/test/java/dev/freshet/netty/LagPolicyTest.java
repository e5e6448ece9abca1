package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that read slowly or not at all. */
class LagPolicyTest extends ServerFixture {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final int MORE_THAN_SOCKETS_HOLD = 16 << 20;
    private static final String LARGE = "x".repeat(8 << 10);

    private final Recorder recorder = new Recorder();

    /** So little that a client which does not read lags out. */
    @BeforeEach
    void retainLittle() {
        retain(64 << 10);
    }

    /** So much that no client lags out: one that does not read is stuck with bytes that wait for it. */
    private void retainAll() {
        retain(2 * MORE_THAN_SOCKETS_HOLD);
    }

    private void retain(int bytes) {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxBytes(bytes).build())
                .build();
    }

    private SseServer.Builder recorded() {
        return local().limits(closingSoon().build())
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    private RawSseClient stuck(SseServer server) throws Exception {
        RawSseClient client = client(server, RECEIVE_BUFFER);
        client.get("/events");
        return client;
    }

    private EventId publishMuch() {
        for (int i = 0; i < MORE_THAN_SOCKETS_HOLD / LARGE.length(); i++) {
            publish(LARGE);
        }
        return publish("last");
    }

    @Test
    void aClientThatLagsOutIsDisconnectedByDefault() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = stuck(server);
        publishMuch();
        rest(client);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LAGGED);
        assertThat(recorder.lagged).hasSize(1);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aDisconnectedClientIsToldResetWhenItComesBack() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = stuck(server);
        EventId last = publishMuch();
        while (client.tryReadEvent() != null) {} // up to the end
        RawSseClient back = client(server);
        assertThat(back.get("/events", "Last-Event-ID: " + client.lastEventId()).header("SSE-Resume"))
                .isEqualTo("reset");
        assertThat(back.readEvent().data()).startsWith("{\"reason\":\"evicted\"");
        Event event = back.readEvent();
        while (!event.data().equals("last")) {
            event = back.readEvent();
        }
        assertThat(event.lastEventId()).isEqualTo(last.toString());
    }

    @Test
    void aClientThatLagsOutSkipsWhereItIsToldSo() throws Exception {
        SseServer server = start(recorded().lagPolicy(LagPolicy.SKIP));
        EventId before = hub.latest();
        RawSseClient client = stuck(server);
        publishMuch();
        int resets = 0;
        for (Event event = client.readEvent(); !event.data().equals("last"); event = client.readEvent()) {
            if (event.type().equals("stream-reset")) {
                resets++;
                assertThat(event.data()).startsWith("{\"reason\":\"lagged\",\"requested\":\"" + before + "\"");
            } else {
                assertThat(EventId.parse(event.lastEventId())).isGreaterThan(before);
            }
            before = EventId.parse(event.lastEventId());
        }
        assertThat(resets).isPositive().isEqualTo(recorder.lagged.size());
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aClientThatTakesNothingIsStalled() throws Exception {
        retainAll();
        SseServer server = start(recorded().writeTimeout(Duration.ofMillis(100)));
        stuck(server);
        publishMuch();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aSlowClientHoldsUpNoOther() throws Exception {
        retainAll();
        SseServer server = start(recorded());
        stuck(server);
        publishMuch();
        untilFull(recorder.nextOpened());
        RawSseClient quick = follower(server);
        for (int i = 0; i < 100; i++) {
            publish("tick " + i);
            assertThat(quick.readEvent().data()).isEqualTo("tick " + i);
        }
    }

    @Test
    void tooManyPrivateEventsForAClientThatDoesNotReadEndItsStream() throws Exception {
        SseServer server = start(recorded());
        stuck(server);
        SseConnection connection = recorder.nextOpened();
        assertThatThrownBy(() -> {
                    for (int bytes = 0; bytes < 4 * MORE_THAN_SOCKETS_HOLD; bytes += LARGE.length()) {
                        CompletableFuture<Void> sent =
                                connection.send(SseEvent.of(LARGE)).toCompletableFuture();
                        if (sent.isCompletedExceptionally()) {
                            sent.join();
                        }
                    }
                })
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("(sendLimit)");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.OVERFLOW);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aShutdownEndsByItsDeadlineAlsoWithAClientThatDoesNotRead() throws Exception {
        retainAll();
        SseServer server = start(recorded());
        stuck(server);
        publishMuch();
        untilFull(recorder.nextOpened());
        server.shutdown(Duration.ofMillis(100)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aCloseOfAClientThatDoesNotReadEndsByTheWriteTimeout() throws Exception {
        retainAll();
        SseServer server = start(recorded().writeTimeout(Duration.ofMillis(100)));
        stuck(server);
        SseConnection connection = recorder.nextOpened();
        publishMuch();
        untilFull(connection);
        connection.close();
        assertThat(recorder.nextClosed()).isIn(CloseReason.APPLICATION, CloseReason.STALLED);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aClientThatLagsOutIsDisconnectedAlsoWhileItReadsNothing() throws Exception {
        SseServer server = start(recorded().heartbeat(Duration.ofMillis(80)).writeTimeout(Duration.ofDays(1)));
        stuck(server);
        RawSseClient quick = follower(server);
        for (int i = 0; i < MORE_THAN_SOCKETS_HOLD / LARGE.length(); i++) {
            publish(LARGE);
            quick.readEvent(); // so the other was given its turn, and its socket is full before it lags
        }
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LAGGED);
        assertThat(recorder.lagged).hasSize(1);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aServerClosesWhileAShutdownStillWaitsForAClientThatDoesNotRead() throws Exception {
        retainAll();
        SseServer server = start(recorded());
        stuck(server);
        publishMuch();
        untilFull(recorder.nextOpened());
        CompletableFuture<Void> slower = server.shutdown(Duration.ofDays(1)).toCompletableFuture();
        assertThat(slower).isNotDone();
        server.close();
        slower.get(PATIENCE_SECONDS, TimeUnit.SECONDS); // told a moment after the other, or before
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
        recorder.assertOneClosedForEachOpened();
    }
}
