package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.SseSnapshot.State;
import dev.freshet.log.Retention;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A snapshot is written as the client takes it, and nothing comes in between. Covers {@link HubStatePieces}. */
class HubStateWriterTest extends SharedSnapshotFixture {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final int PIECE = 16 << 10;
    private static final int HEAD = 1 << 10;

    /** More than the sockets hold. */
    private static final List<SseEvent> LARGE =
            java.util.Collections.nCopies(1600, SseEvent.of("state", "x".repeat(10_000)));

    /** How a stream names its snapshot. */
    enum Kind {
        OWN,
        SHARED
    }

    private SseReply.Subscribe subscribe(Kind kind, SseSnapshot shared, List<SseEvent> events) {
        SseReply.Subscribe stream = SseReply.subscribe(hub, "t").attribute("user", "ada");
        return kind == Kind.OWN ? stream.snapshot(() -> events) : stream.snapshot(shared);
    }

    private SseServer.Builder serving(Kind kind, List<SseEvent> events) {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().hubBytes(1 << 28).build())
                .build();
        SseSnapshot shared = snapshot(() -> State.of(events)).maxAge(Duration.ofHours(1));
        return local().listener(recorder).endpoint("/events", request -> subscribe(kind, shared, events));
    }

    private RawSseClient stuck(SseServer server) throws Exception {
        RawSseClient client = client(server, RECEIVE_BUFFER);
        assertThat(client.get("/events").status()).isEqualTo(200);
        return client;
    }

    private static long waitingBytes(SseConnection stream) throws Exception {
        ChannelOutboundBuffer queue = ((StreamBase) stream).channel.unsafe().outboundBuffer();
        return loopOf(stream).submit(queue::totalPendingWriteBytes).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The socket takes no more: something waits, between the tasks of the loop. */
    private static long awaitWaiting(SseConnection stream) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        long waiting = waitingBytes(stream);
        while (waiting == 0) {
            assertThat(System.nanoTime()).as("the socket is full by then").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
            waiting = waitingBytes(stream);
        }
        return waiting;
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatDoesNotReadHasOnePieceInItsQueue(Kind kind) throws Exception {
        SseServer server = start(serving(kind, LARGE));
        for (int i = 0; i < 5; i++) {
            stuck(server);
            assertThat(awaitWaiting(recorder.nextOpened())).isBetween(1L, PIECE + (long) HEAD);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlowClientGetsAllOfItAndThenTheChanges(Kind kind) throws Exception {
        SseServer server = start(serving(kind, LARGE));
        RawSseClient client = stuck(server);
        awaitWaiting(recorder.nextOpened());
        publish("first");
        publish("second");
        for (SseEvent event : LARGE) {
            assertThat(client.readEvent().data()).isEqualTo(event.data());
        }
        assertThat(client.readEvents(2)).extracting(Event::data).containsExactly("first", "second");
    }

    @ParameterizedTest
    @EnumSource
    void eventsLargerThanAPieceAreCutAndWhole(Kind kind) throws Exception {
        List<SseEvent> events = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            events.add(SseEvent.of("state", ("ä" + i).repeat(i * i * 1_000)));
        }
        SseServer server = start(serving(kind, events));
        RawSseClient old = sending(server, "GET /events HTTP/1.0\r\nHost: h\r\n\r\n");
        assertThat(old.readHead().status()).isEqualTo(200);
        RawSseClient client = follower(server);
        publish("then");
        for (SseEvent event : events) {
            assertThat(client.readEvent().data()).isEqualTo(event.data());
            assertThat(old.readEvent().data()).isEqualTo(event.data());
        }
        assertThat(client.readEvent().data()).isEqualTo("then");
        assertThat(old.readEvent().data()).isEqualTo("then");
        try (Http2Client http2 = Http2Client.connect(server)) {
            Http2Client.Stream stream = http2.follow("/events");
            List<String> got = new ArrayList<>();
            while (got.size() < events.size()) {
                Event event = stream.readEvent();
                if (event.type().equals("state")) {
                    got.add(event.data());
                }
            }
            assertThat(got).isEqualTo(events.stream().map(SseEvent::data).toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSentToItAloneComesBehindTheState(Kind kind) throws Exception {
        SseServer server = start(serving(kind, LARGE));
        RawSseClient client = stuck(server);
        SseConnection stream = recorder.nextOpened();
        awaitWaiting(stream);
        publish("published");
        CompletableFuture<Void> sent =
                stream.send(SseEvent.of("private", "sent")).toCompletableFuture();
        for (int i = 0; i < LARGE.size(); i++) {
            assertThat(client.readEvent().type()).isEqualTo("state");
        }
        assertThat(client.readEvents(2)).extracting(Event::data).containsExactly("sent", "published");
        sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void anEndInTheMiddleOfItDrainsItAndWhatWasPublishedBefore(Kind kind) throws Exception {
        SseServer server = start(serving(kind, LARGE));
        RawSseClient client = stuck(server);
        awaitWaiting(recorder.nextOpened());
        publish("before");
        CompletableFuture<Void> down =
                server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS)).toCompletableFuture();
        publish("after");
        for (int i = 0; i < LARGE.size(); i++) {
            assertThat(client.readEvent().type()).isEqualTo("state");
        }
        assertThat(client.readEvent().data()).isEqualTo("before");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
        down.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
    }

    @ParameterizedTest
    @EnumSource
    void aHubThatClosesInTheMiddleOfItEndsTheStreamBehindAllOfIt(Kind kind) throws Exception {
        SseServer server = start(serving(kind, LARGE));
        RawSseClient client = stuck(server);
        awaitWaiting(recorder.nextOpened());
        publish("last");
        hub.close();
        for (int i = 0; i < LARGE.size(); i++) {
            assertThat(client.readEvent().type()).isEqualTo("state");
        }
        assertThat(client.readEvent().data()).isEqualTo("last");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whoTakesNothingOfItIsStalledAndHoldsNothing(Kind kind) throws Exception {
        SseServer server = start(serving(kind, LARGE).writeTimeout(Duration.ofSeconds(1)));
        RawSseClient client = stuck(server);
        SseConnection stream = recorder.nextOpened();
        awaitWaiting(stream);
        CompletableFuture<Void> sent = stream.send(SseEvent.of("never")).toCompletableFuture();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        assertThat(sent.handle((v, failure) -> failure != null).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(((HubStream) stream).hubLoop.snapshots.bytes()).isZero();
        client.close();
    }

    @ParameterizedTest
    @EnumSource
    void anHttp2StreamWithoutAWindowHasOnePieceWaitingAndGetsTheRestLater(Kind kind) throws Exception {
        List<SseEvent> events = LARGE.subList(0, 100);
        SseServer server = start(serving(kind, events));
        try (Http2Client http2 = Http2Client.connect(server).widen(1 << 24)) {
            Http2Client.Stream stuck = http2.follow("/events");
            stuck.stopReading();
            SseConnection stream = recorder.nextOpened();
            try (Http2Client other = Http2Client.connect(server)) {
                Http2Client.Stream reads = other.follow("/events");
                publish("then");
                assertThat(lastOf(reads)).isEqualTo("then"); // the loop goes on meanwhile
            }
            assertThat(loopOf(stream)
                            .submit(() -> ((StreamBase) stream).channel.isWritable())
                            .get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("no more than a piece waits")
                    .isTrue();
            stuck.readOn();
            assertThat(lastOf(stuck)).isEqualTo("then");
        }
    }

    private static String lastOf(Http2Client.Stream stream) throws Exception {
        Event event = stream.readEvent();
        while (!event.type().equals("message")) {
            event = stream.readEvent();
        }
        return event.data();
    }

    @Test
    void whoCannotFollowWhileItTakesTheStateHasLagged() throws Exception {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(5).hubBytes(1 << 28).build())
                .build();
        SseSnapshot shared = snapshot(() -> State.of(LARGE));
        SseServer server = start(recorded(shared).writeTimeout(Duration.ofSeconds(2)));
        RawSseClient client = stuck(server);
        awaitWaiting(recorder.nextOpened());
        for (int i = 0; i < 10; i++) {
            publish("" + i);
        }
        assertThat(recorder.lagged.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
        int got = 0;
        for (Event event = client.tryReadEvent(); event != null; event = client.tryReadEvent()) {
            assertThat(event.data()).isEqualTo(LARGE.get(0).data());
            got++;
        }
        assertThat(got).isLessThan(LARGE.size());
        assertThat(client.isWhole()).isFalse();
        assertThat(client.lastEventId()).as("all of it again").isEmpty();
        assertThat(client.retries().get(client.retries().size() - 1)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whoReadsOneThatTheHubGivesUpHasLagged() throws Exception {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().hubBytes(100 << 20).build())
                .build();
        SseSnapshot shared = snapshot(() -> State.of(LARGE)).maxAge(Duration.ofMillis(1));
        SseServer server = start(recorded(shared));
        RawSseClient client = stuck(server);
        awaitWaiting(recorder.nextOpened());
        Objects.requireNonNull(shared.next(shared.newest()))
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        while (client.tryReadEvent() != null) {}
        assertThat(client.isWhole()).isFalse();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LAGGED);
    }

    @Test
    void allStreamsOfALoopWriteTheSameCopies() throws Exception {
        SseServer server = start(serving(Kind.SHARED, LARGE.subList(0, 700)));
        List<RawSseClient> clients = new ArrayList<>();
        HubLoop loop = null;
        for (int i = 0; i < 8; i++) {
            clients.add(stuck(server));
            SseConnection stream = recorder.nextOpened();
            awaitWaiting(stream);
            loop = ((HubStream) stream).hubLoop;
            HubLoop its = loop;
            assertThat(loopOf(stream).submit(() -> its.snapshots.bytes()).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isBetween(1, 720 * 10_100);
        }
        for (RawSseClient client : clients) {
            for (int i = 0; i < 700; i++) {
                client.readEvent();
            }
        }
        publish("then");
        for (RawSseClient client : clients) {
            assertThat(client.readEvent().data()).isEqualTo("then");
        }
        assertThat(Objects.requireNonNull(loop).snapshots.bytes()).isZero();
    }
}
