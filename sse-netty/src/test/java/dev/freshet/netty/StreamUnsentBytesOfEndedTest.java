package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for a stream counts no more once that has ended, however it does. */
class StreamUnsentBytesOfEndedTest extends StuckClients {
    @Test
    void nothingIsCountedOfConnectionsThatWereCut() throws Exception {
        assertNothingIsCountedAfter((client, stream) -> client.cut());
    }

    @Test
    void nothingIsCountedOfStreamsWhoseHandlerWasRemoved() throws Exception {
        assertNothingIsCountedAfter((client, stream) ->
                on(stream.loop, () -> stream.channel.pipeline().remove(stream)));
    }

    @Test
    void nothingIsCountedOfStreamsThatFailed() throws Exception {
        assertNothingIsCountedAfter((client, stream) -> on(
                stream.loop, () -> stream.channel.pipeline().fireExceptionCaught(new IllegalStateException("test"))));
    }

    @Test
    void nothingIsCountedOfStreamsThatWereAborted() throws Exception {
        assertNothingIsCountedAfter((client, stream) -> stream.abort());
    }

    @Test
    void aFiniteStreamCountsOverHttp2UntilItEnds() throws Exception {
        SseServer server =
                start(builder(false).endpoint("/finite", request -> SseReply.stream(PublisherStreamTest.at(events()))));
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.getOutputStream().write(Http2Bytes.begin());
            socket.getOutputStream().write(Http2Bytes.request(1, "/finite"));
            StreamLoop loop = streamLoopOf(recorder.nextOpened());
            await("what the window has no room for is counted", () -> held(loop) > 8 << 10);
            socket.close();
            recorder.nextClosed();
            assertThat(held(loop)).isZero();
        }
    }

    @Test
    void aFiniteStreamOverHttp2CountsNothingOnceItsClientHasTakenAll() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = start(builder(false).endpoint("/finite", request -> SseReply.stream(publisher)));
        try (Http2Client client = Http2Client.connect(server)) {
            Http2Client.Stream stream = client.follow("/finite");
            StreamLoop loop = streamLoopOf(recorder.nextOpened());
            publisher.subscriber().onNext(SseEvent.of(EVENT));
            assertThat(stream.readEvent().data()).isEqualTo(EVENT);
            fill(loop); // so that it is looked at often
            await("what it took is free", () -> held(loop) <= BOUND + 1);
        }
    }

    private static String[] events() {
        return Collections.nCopies(200, EVENT).toArray(String[]::new);
    }

    private interface End {
        void of(RawSseClient client, StreamBase stream) throws Exception;
    }

    private void assertNothingIsCountedAfter(End end) throws Exception {
        SseServer server = start(builder(false));
        List<RawSseClient> clients = new ArrayList<>();
        List<StreamBase> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawSseClient client = client(server, SOCKET_BYTES);
            client.get("/events", "Last-Event-ID: " + ids.get(100 * i));
            clients.add(client);
            streams.add((StreamBase) recorder.nextOpened());
        }
        HubLoop loop = ((HubStream) streams.get(0)).hubLoop;
        for (StreamBase stream : streams) {
            untilFull(stream);
        }
        long three = held(loop);
        assertThat(three).isGreaterThan(3 * (32L << 10));
        end.of(clients.get(0), streams.get(0));
        recorder.nextClosed();
        await(
                "one's is free",
                () -> on(loop, () -> {
                    loop.endPass();
                    return loop.unsent().held() < three;
                }));
        end.of(clients.get(1), streams.get(1));
        end.of(clients.get(2), streams.get(2));
        recorder.nextClosed();
        recorder.nextClosed();
        assertThat(held(loop)).isZero();
    }
}
