package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an end waits for, and for how long. Covers {@link StreamEnd}. */
@Timeout(3 * ServerFixture.PATIENCE_SECONDS)
class StreamEndBoundsTest extends ServerFixture {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final int EVENTS = 8000;
    private static final String KILOBYTE = "x".repeat(1 << 10);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofHours(1);

    private final Recorder recorder = new Recorder();

    @BeforeEach
    void retainAll() {
        hub.close();
        Retention all = Retention.builder().maxBytes(64 << 20).build();
        hub = SseHub.builder().retention(all).build();
    }

    private SseServer.Builder recorded() {
        return local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    private SseServer.Builder patient(Duration withoutProgress, Duration all) {
        return recorded()
                .limits(Limits.builder().closeTimeout(withoutProgress, all).build());
    }

    /** A client with more behind it than the sockets hold. */
    private RawSseClient behind(SseServer server) throws Exception {
        RawSseClient client = client(server, RECEIVE_BUFFER);
        client.get("/events");
        for (int i = 0; i < EVENTS; i++) {
            publish(i + KILOBYTE);
        }
        untilFull(recorder.nextOpened());
        return client;
    }

    private static void assertAllAndWhole(RawSseClient client) throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            assertThat(client.readEvent().data()).isEqualTo(i + KILOBYTE);
        }
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
    }

    @Test
    void aSlowReaderGetsAllThatWaitsWithinTheDeadlineOfAShutdown() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = behind(server);
        CompletionStage<Void> ended = server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS));
        assertAllAndWhole(client);
        ended.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(server.connections().cutOff()).isZero();
    }

    @Test
    void aSlowReaderThatMakesProgressGetsAllThatWaits() throws Exception {
        SseServer server = start(patient(Duration.ofSeconds(PATIENCE_SECONDS), LONG));
        RawSseClient client = behind(server);
        assertThat(server.connections().close(stream -> true)).isEqualTo(1);
        publish("nothing after it");
        assertAllAndWhole(client);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
    }

    @Test
    void whoMakesNoProgressIsCutOffAndCounted() throws Exception {
        SseServer server = start(patient(SHORT, LONG));
        RawSseClient client = behind(server);
        server.connections().close(stream -> true);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThat(server.connections().cutOff()).isEqualTo(1);
        rest(client);
        assertThat(client.isWhole()).isFalse();
    }

    @Test
    void anEndHasItsTimeInAllHoweverMuchProgressIsMade() throws Exception {
        SseServer server = start(patient(LONG, SHORT));
        behind(server);
        server.connections().close(stream -> true);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThat(server.connections().cutOff()).isEqualTo(1);
    }

    @Test
    void aStreamOfATopicThatEndsIsBoundedTooWhereItsClientDoesNotRead() throws Exception {
        SseServer server = start(patient(SHORT, LONG));
        behind(server);
        hub.complete("t", SseEvent.of("last"));
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
        assertThat(server.connections().cutOff()).isEqualTo(1);
    }

    @Test
    void aWindowOfZeroEndsInAReset() throws Exception {
        SseServer server = start(patient(SHORT, LONG));
        try (Http2Client client = Http2Client.connect(server)) {
            Http2Client.Stream stuck = client.follow("/events");
            SseConnection connection = recorder.nextOpened();
            stuck.stopReading();
            for (int i = 0; i < 200; i++) {
                publish(KILOBYTE);
            }
            untilFull(connection);
            server.connections().close(stream -> true);
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
            assertThat(server.connections().cutOff()).isEqualTo(1);
            stuck.readOn();
            assertThat(stuck.end()).isEqualTo("CANCEL");
            assertThat(client.follow("/events").status()).isEqualTo("200");
        }
    }

    @Test
    void anAbortWritesNothingMore() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = behind(server);
        assertThat(server.connections().abort(stream -> true)).isEqualTo(1);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThat(rest(client)).doesNotContain("\nretry: ").doesNotContain((EVENTS - 1) + KILOBYTE);
        assertThat(client.isWhole()).isFalse();
    }

    @Test
    void whoLaggedOutIsToldToStayAwayForLongerAndIsCut() throws Exception {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxBytes(64 << 10).build())
                .build();
        SseServer server = start(recorded());
        RawSseClient client = client(server, RECEIVE_BUFFER);
        client.get("/events");
        for (int i = 0; i < EVENTS; i++) {
            publish(KILOBYTE);
        }
        while (client.tryReadEvent() != null) {} // what was in the sockets' queues
        assertThat(client.isWhole()).isFalse();
        assertThat(client.retries().get(client.retries().size() - 1)).isBetween(Duration.ofSeconds(5), LONG);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LAGGED);
    }

    @Test
    void privateSendsThatWereAcceptedBeforeTheEndArrive() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = follower(server);
        SseConnection connection = recorder.nextOpened();
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        CountDownLatch free = new CountDownLatch(1);
        hold(loopOf(connection), free); // and then does what it was given, in this order
        hub.publish("t", SseEvent.of("published"));
        for (int i = 0; i < 100; i++) {
            sent.add(connection.send(SseEvent.of("private " + i)).toCompletableFuture());
        }
        connection.close();
        CompletionStage<Void> late = connection.send(SseEvent.of("late"));
        free.countDown();
        assertThat(client.readEvent().data()).isEqualTo("published");
        for (int i = 0; i < 100; i++) {
            assertThat(client.readEvent().data()).isEqualTo("private " + i);
        }
        assertThat(client.tryReadEvent()).isNull();
        assertThat(sent).allMatch(stage -> !stage.isCompletedExceptionally());
        assertThat(late)
                .failsWithin(Duration.ofSeconds(PATIENCE_SECONDS))
                .withThrowableThat()
                .withCauseInstanceOf(ClosedChannelException.class);
    }

    @Test
    void privateSendsThatWereAcceptedBeforeTheEndOfTheTopicArrive() throws Exception {
        SseServer server = start(recorded());
        RawSseClient client = follower(server);
        SseConnection connection = recorder.nextOpened();
        CountDownLatch free = new CountDownLatch(1);
        hold(loopOf(connection), free);
        hub.publish("t", SseEvent.of("published")); // has the fan-out queued before the send
        connection.send(SseEvent.of("private"));
        hub.complete("t", SseEvent.of("last"));
        free.countDown();
        assertThat(client.readEvents(3)).extracting("data").containsExactlyInAnyOrder("published", "private", "last");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
    }

    @Test
    void aFiniteStreamGetsWhatWasSignalledAndIsCutOff() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = start(local().listener(recorder).endpoint("/events", request -> SseReply.stream(publisher)));
        RawSseClient client = client(server);
        client.get("/events");
        publisher.next("a");
        publisher.nextAsked();
        CountDownLatch free = new CountDownLatch(1);
        hold(loopOf(recorder.nextOpened()), free);
        publisher.subscriber().onNext(SseEvent.of("b"));
        server.connections().close(stream -> true);
        publisher.subscriber().onNext(SseEvent.of("late"));
        free.countDown();
        assertThat(client.readEvent().data()).isEqualTo("a");
        assertThat(client.readEvent().data()).isEqualTo("b");
        assertThat(beforeFarewell(rest(client))).isEmpty();
        assertThat(client.isWhole()).isFalse();
        publisher.untilCancelled();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
    }

    @Test
    void aCloseOnAnEventLoopIsRefused() throws Exception {
        SseServer server = start(recorded());
        follower(server);
        Throwable refused = loopOf(recorder.nextOpened())
                .submit(() -> catchThrowable(server::close))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(refused).isInstanceOf(IllegalStateException.class).hasMessageStartingWith("close: on an event loop");
        assertThat(server.connections().count()).isEqualTo(1);
    }

    @Test
    void theReturnsOfAShutdownAreSpreadOverTheTimeThatItIsTold() throws Exception {
        SseServer server = start(recorded());
        List<RawSseClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(follower(server));
        }
        server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS), Duration.ofMinutes(1));
        List<Long> returns = new ArrayList<>();
        for (RawSseClient client : clients) {
            assertThat(client.tryReadEvent()).isNull();
            returns.add(client.retries().get(1).toSeconds());
        }
        assertThat(returns).allMatch(seconds -> seconds >= 1 && seconds <= 60);
        assertThat(returns).anyMatch(seconds -> seconds < 30).anyMatch(seconds -> seconds >= 30);
        assertThat(returns.stream().distinct()).hasSizeGreaterThan(15);
    }

    @Test
    void thoseThatAPredicateEndsComeBackEachAtATimeOfItsOwn() throws Exception {
        SseServer server = start(recorded());
        List<RawSseClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(follower(server));
        }
        server.connections().close(stream -> true);
        List<Duration> returns = new ArrayList<>();
        for (RawSseClient client : clients) {
            assertThat(client.tryReadEvent()).isNull();
            returns.add(client.retries().get(1));
        }
        assertThat(returns.stream().distinct()).hasSizeGreaterThan(25);
    }

    @Test
    void whatClosesItsStreamInsideADrainEndsAfterIt() throws Exception {
        SseServer server = start(local().listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        publish("published as it opens");
                        connection.close();
                        publish("nothing after it");
                    }
                })
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = follower(server);
        assertThat(client.readEvent().data()).isEqualTo("published as it opens");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
    }

    @Test
    void aTimeOfAnEndHasItsRange() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Limits.builder().closeTimeout(Duration.ofMillis(9), LONG))
                .withMessage("limits.closeTimeout.withoutProgress: PT0.009S (expected: 10 ms to 365 days)");
    }
}
