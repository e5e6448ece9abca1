package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.IncomingBackpressureUnreadTest.Client;
import io.netty.channel.Channel;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients that read nothing, each at another place of the log. Covers {@link StreamSocketBytes}. */
class StreamLoadSheddingTest extends StuckClients {
    private final List<Channel> connections = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void thoseThatTakeNothingAreClosedWhereTooMuchWaits(Client kind) throws Exception {
        SseServer server = start(builder(kind.tls));
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < STUCK; i++) {
            sockets.add(stuck(server, kind, i * 100));
        }
        StreamLoop loop = streamLoopOf(recorder.nextOpened());
        for (int i = 1; i < STUCK; i++) {
            recorder.nextOpened();
        }
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        await("no more waits than may", () -> held(loop) <= BOUND);
        assertThat(recorder.closed).allMatch(reason -> reason == CloseReason.STALLED);
        assertThat(server.connections().cutOff()).isPositive();
        assertThat(server.connections().count()).as("those that have room").isPositive();
        for (Socket socket : sockets) {
            socket.close();
        }
        await("all have gone", () -> server.connections().count() == 0);
        assertThat(held(loop)).isZero();
    }

    @Test
    void thoseGoFirstThatHaveTakenNothingForLongest() throws Exception {
        int few = 4;
        SseServer server =
                start(builder(false).limits(closingSoon().unsentBytes(BOUND).build()));
        List<SseConnection> first = new ArrayList<>();
        for (int i = 0; i < few; i++) {
            stuck(server, Client.HTTP_1, i * 100);
            first.add(recorder.nextOpened());
        }
        StreamLoop loop = streamLoopOf(first.get(0));
        for (SseConnection stream : first) {
            untilFull(stream);
            await("it was looked at", () -> on(loop, ((StreamBase) stream).writes::isWaiting));
        }
        assertThat(closed).isEmpty();
        while (held(loop) <= BOUND) {
            stuck(server, Client.HTTP_1, 1_000 + server.connections().count() * 100);
            untilFull(recorder.nextOpened());
        }
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        await("no more waits than may", () -> held(loop) <= BOUND);
        assertThat(closed).isNotEmpty().isSubsetOf(first);
    }

    @Test
    void aStreamOfHttp2WithoutAWindowIsResetAndTheOthersOfItsConnectionGoOn() throws Exception {
        SseServer server = start(builder(false));
        try (Http2Client client = Http2Client.connect(server).widen(64 << 20)) {
            List<Http2Client.Stream> stuck = new ArrayList<>();
            for (int i = 0; i < STUCK; i++) {
                Http2Client.Stream stream = client.follow("/events?lastEventId=" + ids.get(100 * i));
                stream.stopReading();
                stuck.add(stream);
            }
            Http2Client.Stream other = client.follow("/events");
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
            StreamLoop loop = streamLoopOf(recorder.nextOpened());
            await("no more waits than may", () -> held(loop) <= BOUND);
            publish("goes on");
            assertThat(other.readEvent().data()).isEqualTo("goes on");
            stuck.forEach(Http2Client.Stream::readOn);
            SseConnection first = closed.remove();
            assertThat(first.isOpen()).isFalse();
            assertThat(client.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_2", "HTTP_2_OVER_TLS"})
    void aConnectionWhoseStreamsWereResetIsClosedWhereItTakesNothing(Client kind) throws Exception {
        SseServer server = start(builder(kind.tls));
        StreamLoop loop = null;
        for (int i = 0; i < STUCK; i++) {
            Socket socket = stuck(server, kind, i * 100);
            SseConnection stream = recorder.nextOpened();
            loop = streamLoopOf(stream);
            Channel connection = ((StreamBase) stream).channel.parent();
            connections.add(connection);
            await(
                    "it is full",
                    () -> !connection.isActive()
                            || on(streamLoopOf(stream), () -> StreamWriteProgress.bytes(connection) > 0));
            if (i > 0) { // the first stays, and has what waits looked at
                socket.getOutputStream().write(Http2Bytes.reset(1));
            }
        }
        StreamLoop last = java.util.Objects.requireNonNull(loop);
        await("no more waits than may", () -> server.connections().count() <= 1 && held(last) <= BOUND);
        assertThat(connections).anyMatch(connection -> !connection.isActive());
    }

    @Test
    void whatWaitsOfAFiniteStreamIsCountedToo() throws Exception {
        SseServer server = start(builder(false)
                .limits(closingSoon().unsentBytes(STUCK * 8 << 10).build())
                .endpoint("/finite", request -> SseReply.stream(new Endless())));
        RawSseClient.connect("127.0.0.1", server.address().getPort()).close();
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < STUCK; i++) {
            Socket socket = keep(Client.HTTP_1.connect(server.address().getPort(), SOCKET_BYTES));
            socket.getOutputStream().write("GET /finite HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            sockets.add(socket);
        }
        StreamLoop loop = streamLoopOf(recorder.nextOpened());
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        await("no more waits than may", () -> held(loop) <= STUCK * 8 << 10);
        for (Socket socket : sockets) {
            socket.close();
        }
        await("all have gone", () -> server.connections().count() == 0);
        assertThat(held(loop)).isZero();
    }

    @Test
    void aBoundOfNothingIsRefused() {
        assertThatThrownBy(() -> Limits.builder().unsentBytes(0)).hasMessage("limits.unsentBytes: 0 (expected: > 0)");
    }

    /** Signals as many events as it is asked for. */
    private static final class Endless implements Flow.Publisher<SseEvent> {
        @Override
        public void subscribe(Flow.Subscriber<? super SseEvent> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    for (long i = 0; i < n; i++) {
                        subscriber.onNext(SseEvent.of(EVENT));
                    }
                }

                @Override
                public void cancel() {}
            });
        }
    }
}
