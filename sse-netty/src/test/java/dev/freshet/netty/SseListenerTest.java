package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a listener hears of streams, and what an application does with them. Covers {@link StreamListener}. */
class SseListenerTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private SseServer serveRecorded() {
        return start(recorded());
    }

    private SseServer.Builder recorded() {
        return local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t")
                .attribute("user", String.valueOf(request.query("user"))));
    }

    private static Void settled(CompletionStage<Void> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatClosesIsClosedByPeer() throws Exception {
        SseServer server = serveRecorded();
        follower(server).close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aClientThatIsCutIsClosedByPeer() throws Exception {
        SseServer server = serveRecorded();
        follower(server).cut();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aClientThatEndsItsSendingDirectionIsClosedByPeer() throws Exception {
        SseServer server = serveRecorded();
        follower(server).halfClose();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aConnectionThatTheApplicationClosesIsClosedByApplication() throws Exception {
        SseServer server = serveRecorded();
        RawSseClient client = follower(server);
        SseConnection connection = recorder.nextOpened();
        connection.close();
        connection.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThat(connection.isOpen()).isFalse();
        assertThat(beforeFarewell(rest(client))).endsWith("\nid: " + hub.latest() + "\n\n");
        assertThat(client.isWhole()).isTrue();
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void theEndOfTheHubIsTheReason() throws Exception {
        SseServer server = serveRecorded();
        follower(server);
        hub.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.HUB_CLOSED);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aClientThatFloodsItsStreamIsClosedByError() throws Exception {
        SseServer server = serveRecorded();
        follower(server).send("x".repeat((64 << 10) + 1));
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.ERROR);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aServerThatClosesClosesByShutdown() throws Exception {
        SseServer server = serveRecorded();
        follower(server);
        follower(server);
        server.close();
        assertThat(recorder.closed).containsExactly(CloseReason.SHUTDOWN, CloseReason.SHUTDOWN);
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aConnectionKnowsItsTopicsAttributesAndAddress() throws Exception {
        RawSseClient client = client(serveRecorded());
        client.get("/events?user=ada");
        SseConnection connection = recorder.nextOpened();
        assertThat(connection.topics()).containsExactly("t");
        assertThat(connection.attribute("user")).isEqualTo("ada");
        assertThat(connection.attribute("other")).isNull();
        assertThat(connection.remoteAddress()).asString().startsWith("/127.0.0.1:");
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void thoseAreClosedThatThePredicateNames() throws Exception {
        SseServer server = serveRecorded();
        RawSseClient ada = client(server);
        ada.get("/events?user=ada");
        RawSseClient bob = client(server);
        bob.get("/events?user=bob");
        recorder.nextOpened();
        recorder.nextOpened();
        assertThat(server.connections().close(c -> "ada".equals(c.attribute("user"))))
                .isEqualTo(1);
        assertThat(beforeFarewell(rest(ada))).endsWith("\nid: " + hub.latest() + "\n\n");
        assertThat(ada.isWhole()).isTrue();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        publish("a");
        assertThat(bob.readEvent().data()).isEqualTo("a");
        assertThat(server.connections().count()).isEqualTo(1);
    }

    @Test
    void aPrivateEventArrivesAtThisClientOnly() throws Exception {
        SseServer server = serveRecorded();
        RawSseClient client = follower(server);
        SseConnection connection = recorder.nextOpened();
        RawSseClient other = follower(server);
        settled(connection.send(SseEvent.of("private", "for you")));
        publish("for all");
        assertThat(client.readEvent().data()).isEqualTo("for you");
        assertThat(client.readEvent().data()).isEqualTo("for all");
        assertThat(other.readEvent().data()).isEqualTo("for all");
    }

    @Test
    void aPrivateEventLeavesTheLastEventIdAlone() throws Exception {
        RawSseClient client = follower(serveRecorded());
        settled(recorder.nextOpened().send(SseEvent.of("for you")));
        assertThat(client.readEvent().lastEventId()).isEqualTo(hub.latest().toString());
    }

    @Test
    void aPrivateEventFailsAfterTheEnd() throws Exception {
        RawSseClient client = follower(serveRecorded());
        SseConnection connection = recorder.nextOpened();
        client.close();
        recorder.nextClosed();
        assertThatThrownBy(() -> settled(connection.send(SseEvent.of("late"))))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aPrivateEventLargerThanTheLimitReachesAClientThatReads() throws Exception {
        RawSseClient client = follower(start(recorded().sendLimit(100)));
        SseConnection connection = recorder.nextOpened();
        for (int i = 0; i < 3; i++) {
            settled(connection.send(SseEvent.of("x".repeat(65_600))));
            assertThat(client.readEvent().data()).hasSize(65_600);
        }
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void oneThatComesWhileAsMuchAsTheLimitWaitsEndsTheStream() throws Exception {
        SseServer server = start(recorded().sendLimit(100));
        follower(server);
        SseConnection connection = recorder.nextOpened();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        loopOf(connection).execute(() -> ended.complete(sendTooMuch(connection)));
        assertThat(ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.OVERFLOW);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    /** From another thread while the event loop waits, so that nothing can leave. */
    private static boolean sendTooMuch(SseConnection connection) {
        SseEvent large = SseEvent.of("x".repeat(100));
        return CompletableFuture.supplyAsync(() -> {
                    boolean first = connection.send(large).toCompletableFuture().isCompletedExceptionally();
                    boolean second =
                            connection.send(large).toCompletableFuture().isCompletedExceptionally();
                    return !first && second;
                })
                .join();
    }

    @Test
    void aSilentStreamGetsComments() throws Exception {
        RawSseClient client = follower(start(recorded().heartbeat(Duration.ofMillis(50))));
        assertThat(client.readChunk()).endsWith("\nid: " + hub.latest() + "\n\n");
        for (int i = 0; i < 3; i++) {
            assertThat(client.readChunk()).isEqualTo(":\n");
        }
    }

    @Test
    void deliveredBytesAreCounted() throws Exception {
        SseServer server = serveRecorded();
        RawSseClient client = follower(server);
        publish("abc");
        client.readEvent();
        long bytes = ("data: abc\nid: " + hub.latest() + "\n\n").length();
        assertThat(server.connections().deliveredBytes()).isEqualTo(bytes);
    }

    @Test
    void aListenerMaySendToTheStreamThatOpens() throws Exception {
        SseServer server = start(local().endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        connection.send(SseEvent.of("welcome " + outcome));
                    }
                }));
        RawSseClient client = follower(server);
        assertThat(client.readEvent().data()).isEqualTo("welcome FRESH");
        assertThat(client.lastEventId()).isEqualTo(hub.latest().toString());
    }

    @Test
    void aListenerMayCloseTheStreamThatOpens() throws Exception {
        SseServer server = start(local().endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        connection.close();
                    }
                }));
        RawSseClient client = follower(server);
        assertThat(client.readChunk()).endsWith("\nid: " + hub.latest() + "\n\n");
        assertThat(client.readChunk()).matches(FAREWELL);
        assertThat(client.readChunk()).isNull();
    }
}
