package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.netty.Http2Client.Stream;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Streams and requests over HTTP/2, by prior knowledge on the port that speaks HTTP/1.1 too.
 * Covers {@link ServerHttp2Preface}.
 */
class Http2Test extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private SseServer recorded() {
        return start(local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
    }

    @Test
    void aStreamHasTheHeadThatItHasOverHttp1ButForTheConnection() throws Exception {
        try (Http2Client client = Http2Client.connect(serve())) {
            Http2Headers head = client.follow("/events").head();
            assertThat(head.get("content-type")).hasToString("text/event-stream");
            assertThat(head.get("cache-control")).hasToString("no-store, no-transform");
            assertThat(head.get("sse-resume")).hasToString("fresh");
            assertThat(head.contains("connection")).isFalse();
            assertThat(head.contains("transfer-encoding")).isFalse();
        }
    }

    @Test
    void eventsArriveInOrderWithTheirIds() throws Exception {
        SseServer server = serve();
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/events");
            for (int i = 0; i < 1_000; i++) {
                EventId id = publish("event " + i);
                assertThat(stream.readEvent().data()).isEqualTo("event " + i);
                assertThat(hub.latest()).isEqualTo(id);
            }
        }
    }

    @Test
    void aStreamThatIsResumedGoesOnAfterTheEventItNames() throws Exception {
        SseServer server = serve();
        EventId seen = publish("seen");
        publish("missed");
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/events", "last-event-id: " + seen);
            assertThat(stream.head().get("sse-resume")).hasToString("resumed");
            assertThat(stream.readEvent().data()).isEqualTo("missed");
        }
    }

    @Test
    void anEventLargerThanAllWindowsArrivesWhole() throws Exception {
        SseServer server = serve();
        String large = "0123456789abcdef".repeat(32 << 10);
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/events");
            publish(large);
            publish("after");
            assertThat(stream.readEvent().data().equals(large)).isTrue();
            assertThat(stream.readEvent().data()).isEqualTo("after");
        }
    }

    @Test
    void manyStreamsOfOneConnectionAllReceive() throws Exception {
        SseServer server = recorded();
        try (Http2Client client = Http2Client.connect(server)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                streams.add(client.follow("/events"));
            }
            publish("to all");
            for (Stream stream : streams) {
                assertThat(stream.readEvent().data()).isEqualTo("to all");
            }
            assertThat(server.connections().count()).isEqualTo(200);
        }
    }

    @Test
    void aResetEndsExactlyOneStream() throws Exception {
        SseServer server = recorded();
        try (Http2Client client = Http2Client.connect(server)) {
            Stream gone = client.follow("/events");
            Stream stays = client.follow("/events");
            gone.reset();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
            publish("on");
            assertThat(stays.readEvent().data()).isEqualTo("on");
            assertThat(server.connections().count()).isEqualTo(1);
            assertThat(recorder.closed).isEmpty();
        }
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aConnectionThatIsLostEndsAllItsStreams() throws Exception {
        SseServer server = recorded();
        Http2Client client = Http2Client.connect(server);
        client.follow("/events");
        client.follow("/events");
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aStreamThatTheApplicationClosesEndsWithoutTheConnection() throws Exception {
        SseServer server = recorded();
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/events");
            publish("last");
            server.connections().close(connection -> true);
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(stream.readEvent().data()).isEqualTo("last");
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
            publish("again");
            assertThat(client.follow("/events", "last-event-id: earliest")
                            .readEvent()
                            .data())
                    .isEqualTo("last");
        }
    }

    @Test
    void aSilentStreamHasHeartbeats() throws Exception {
        SseServer server = start(local().heartbeat(Duration.ofMillis(20))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").attribute("a", 1)));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/events");
            while (!stream.bodySoFar().contains("\n\n:\n:\n")) {
                stream.awaitData();
            }
        }
    }

    @Test
    void aPrivateEventIsSent() throws Exception {
        SseServer server = recorded();
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/events");
            recorder.nextOpened()
                    .send(Pipelines.event("for you"))
                    .toCompletableFuture()
                    .join();
            assertThat(stream.readEvent().data()).isEqualTo("for you");
        }
    }

    @Test
    void headIsAnsweredWithTheHeadAlone() throws Exception {
        SseServer server = recorded();
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.request("HEAD", "/events", true);
            assertThat(stream.status()).isEqualTo("200");
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(stream.body()).isEmpty();
            assertThat(recorder.opened).isEmpty();
        }
    }

    @Test
    void aRefusalEndsItsRequestAndNotTheConnection() throws Exception {
        SseServer server = start(local().endpoint("/closed", request -> SseReply.refuse(403, "not for you"))
                .endpoint("/over", request -> SseReply.stop())
                .endpoint("/failing", request -> {
                    throw new IllegalStateException("by the test");
                }));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream refused = client.get("/closed");
            assertThat(refused.status()).isEqualTo("403");
            assertThat(refused.body()).isEqualTo("not for you\n");
            Stream over = client.get("/over");
            assertThat(over.status()).isEqualTo("204");
            assertThat(over.end()).isEqualTo("END_STREAM");
            Stream failed = client.get("/failing");
            assertThat(failed.status()).isEqualTo("500");
            assertThat(failed.end()).isEqualTo("END_STREAM");
            Stream nothing = client.get("/nothing");
            assertThat(nothing.status()).isEqualTo("404");
            assertThat(nothing.end()).isEqualTo("END_STREAM");
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWithoutAnError() throws Exception {
        SseServer server = recorded();
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.request("GET", "/events", false);
            for (int i = 0; i < 5; i++) {
                stream.send("x".repeat(16 << 10), false);
            }
            assertThat(stream.status()).isEqualTo("413");
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(client.follow("/events").head()).isNotNull();
        }
    }

    @Test
    void otherRequestsReachTheHandlersOfTheServerAsHttp() throws Exception {
        SseServer server = start(local().endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .requests(pipeline -> pipeline.addLast(Pipelines.Behind.answeringAtOnce())));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream plain = client.request("POST", "/other", false);
            plain.send("one ", false);
            plain.send("two", true);
            assertThat(plain.body()).isEqualTo("</other one two>");
            assertThat(client.get("/more").body()).isEqualTo("</more >");
        }
    }

    @Test
    void theSamePortSpeaksHttp1() throws Exception {
        SseServer server = serve();
        try (Http2Client second = Http2Client.connect(server)) {
            Stream stream = second.follow("/events");
            var first = follower(server);
            publish("to both");
            assertThat(stream.readEvent().data()).isEqualTo("to both");
            assertThat(first.readEvent().data()).isEqualTo("to both");
        }
    }
}
