package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** A publisher's events as the answer to one request. Covers {@link PublisherPhase}. */
class PublisherStreamTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    /** Signals all of it as soon as it is asked, on the thread that asks. */
    static Flow.Publisher<SseEvent> at(String... events) {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            private int next;

            @Override
            public void request(long count) {
                for (long i = 0; i < count && next < events.length; i++) {
                    subscriber.onNext(SseEvent.of(events[next++]));
                }
                if (next == events.length) {
                    next++;
                    subscriber.onComplete();
                }
            }

            @Override
            public void cancel() {}
        });
    }

    private SseServer streaming(Flow.Publisher<SseEvent> publisher) {
        return start(recorded(publisher));
    }

    private SseServer.Builder recorded(Flow.Publisher<SseEvent> publisher) {
        return local().listener(recorder)
                .endpoint("/events", request -> SseReply.stream(publisher).attribute("user", "ada"))
                .endpoint("POST", "/events", request -> SseReply.stream(publisher));
    }

    private static RawSseClient.Head post(RawSseClient client) throws Exception {
        client.send("POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
        return client.readHead();
    }

    @Test
    void theHeadHasExactlyTheseFields() throws Exception {
        RawSseClient.Head head = client(streaming(at("a"))).get("/events");
        assertThat(head.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(undated(head))
                .isEqualTo(Map.of(
                        "content-type", "text/event-stream",
                        "cache-control", "no-store, no-transform",
                        "transfer-encoding", "chunked",
                        "x-accel-buffering", "no",
                        "x-content-type-options", "nosniff"));
    }

    @Test
    void theBodyIsTheEventsAndEndsWithThem() throws Exception {
        RawSseClient client = client(streaming(at("a", "b")));
        client.get("/events");
        assertThat(rest(client)).isEqualTo("data: a\n\ndata: b\n\n");
    }

    @Test
    void aPostIsAnsweredTheSameWay() throws Exception {
        RawSseClient client = client(streaming(at("a", "b")));
        assertThat(post(client).status()).isEqualTo(200);
        assertThat(rest(client)).isEqualTo("data: a\n\ndata: b\n\n");
    }

    @Test
    void anotherRequestFollowsOnTheConnection() throws Exception {
        RawSseClient client = client(streaming(at("a")));
        for (int i = 0; i < 3; i++) {
            assertThat(post(client).status()).isEqualTo(200);
            assertThat(rest(client)).isEqualTo("data: a\n\n");
        }
    }

    @Test
    void aPipelinedRequestIsAnsweredAfterIt() throws Exception {
        HandPublisher publisher = new HandPublisher();
        RawSseClient client = client(streaming(publisher));
        client.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\nGET /other HTTP/1.1\r\nHost: h\r\n\r\n");
        client.readHead();
        publisher.next("a");
        publisher.subscriber().onComplete();
        assertThat(rest(client)).isEqualTo("data: a\n\n");
        assertThat(client.readHead().status()).isEqualTo(404);
    }

    @Test
    void aHubsStreamMayFollowOnTheConnection() throws Exception {
        SseServer server = start(recorded(at("a")).endpoint("/hub", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = client(server);
        client.get("/events");
        rest(client);
        assertThat(client.get("/hub").status()).isEqualTo(200);
        publish("b");
        assertThat(client.readEvent().data()).isEqualTo("b");
    }

    @Test
    void theConnectionEndsWithItWhereTheClientWantsThat() throws Exception {
        RawSseClient client = client(streaming(at("a")));
        assertThat(client.get("/events", "Connection: close").header("Connection"))
                .isEqualTo("close");
        assertThat(rest(client)).isEqualTo("data: a\n\n");
        assertConnectionEnds(client);
    }

    @Test
    void anHttp10ClientReadsUpToTheEndOfTheConnection() throws Exception {
        RawSseClient client = client(streaming(at("a", "b")));
        client.send("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.header("Transfer-Encoding")).isNull();
        assertThat(head.header("Connection")).isEqualTo("close");
        assertThat(rest(client)).isEqualTo("data: a\n\ndata: b\n\n");
    }

    @Test
    void aHeadRequestGetsTheHeadAndAsksNoPublisher() throws Exception {
        HandPublisher publisher = new HandPublisher();
        RawSseClient client = client(start(recorded(publisher).endpoint("/a", request -> SseReply.stream(at("a")))));
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(client.get("/a").status()).isEqualTo(200);
        assertThat(publisher.asked).isEmpty();
    }

    @Test
    void theHeadIsThereBeforeAnyEvent() throws Exception {
        assertThat(client(streaming(new HandPublisher())).get("/events").status())
                .isEqualTo(200);
    }

    @Test
    void eventsArriveAsTheyAreSignalled() throws Exception {
        HandPublisher publisher = new HandPublisher();
        RawSseClient client = client(streaming(publisher));
        client.get("/events");
        for (String data : List.of("a", "b", "c")) {
            publisher.subscriber().onNext(SseEvent.of(data));
            assertThat(client.readEvent().data()).isEqualTo(data);
        }
    }

    @Test
    void anEventIsWrittenWhole() throws Exception {
        HandPublisher publisher = new HandPublisher();
        RawSseClient client = client(streaming(publisher));
        client.get("/events");
        publisher.nextAsked();
        publisher
                .subscriber()
                .onNext(SseEvent.builder().id("7").type("token").data("1\n2").build());
        assertThat(client.readEvent()).isEqualTo(new Event("token", "1\n2", "7"));
    }

    @Test
    void nothingIsToldButTheEvents() throws Exception {
        RawSseClient client = client(start(recorded(at("a"))
                .retry(Duration.ofMillis(1234), Duration.ofMillis(1234))
                .opening(StreamOpening.EVENT)));
        client.get("/events");
        assertThat(rest(client)).isEqualTo("data: a\n\n");
    }

    @Test
    void aCommentComesAfterSilence() throws Exception {
        RawSseClient client = client(start(recorded(new HandPublisher()).heartbeat(Duration.ofMillis(10))));
        client.get("/events");
        assertThat(client.readChunk()).isEqualTo(":\n");
    }

    @Test
    void aFailureIsToldInBandAndTheResponseEnds() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = streaming(publisher);
        RawSseClient client = client(server);
        client.get("/events");
        publisher.next("a");
        publisher.subscriber().onError(new IllegalStateException("out of \"tokens\""));
        assertThat(rest(client)).isEqualTo("data: a\n\nevent: error\ndata: {\"message\":\"the stream failed\"}\n\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
        assertThat(client.get("/events").status()).isEqualTo(200);
    }

    @Test
    void aFailureIsToldAsItsMapperSays() throws Exception {
        HandPublisher publisher = new HandPublisher();
        RawSseClient client = client(serve(request -> SseReply.stream(publisher)
                .onFailure(failure -> SseEvent.of("sorry", failure.getClass().getSimpleName()))));
        client.get("/events");
        publisher.subscriber().onError(new IllegalStateException("secret"));
        assertThat(rest(client)).isEqualTo("event: sorry\ndata: IllegalStateException\n\n");
    }

    @Test
    void aFailureIsNotToldWhereItsMapperSaysNothing() throws Exception {
        HandPublisher publisher = new HandPublisher();
        RawSseClient client = client(serve(request -> SseReply.stream(publisher).onFailure(failure -> null)));
        client.get("/events");
        publisher.next("a");
        publisher.subscriber().onError(new IllegalStateException("secret"));
        assertThat(rest(client)).isEqualTo("data: a\n\n");
    }

    @Test
    void aStreamThatCompletesIsClosedOnce() throws Exception {
        SseServer server = streaming(at("a"));
        RawSseClient client = client(server);
        client.get("/events");
        rest(client);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
        assertThat(server.connections().count()).isZero();
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aStreamIsAConnectionLikeAnother() throws Exception {
        SseServer server = streaming(new HandPublisher());
        RawSseClient client = client(server);
        client.get("/events");
        SseConnection connection = recorder.nextOpened();
        assertThat(server.connections().count()).isEqualTo(1);
        assertThat(connection.topics()).isEmpty();
        assertThat(connection.attribute("user")).isEqualTo("ada");
        connection.send(SseEvent.of("for you"));
        assertThat(client.readEvent().data()).isEqualTo("for you");
    }

    @Test
    void aStreamThatTheApplicationClosesIsCancelledAndCutOffBehindWhatWasSignalled() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = streaming(publisher);
        RawSseClient client = client(server);
        client.get("/events");
        publisher.next("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        recorder.nextOpened().close();
        assertThat(beforeFarewell(rest(client))).isEmpty();
        assertThat(client.isWhole()).isFalse();
        publisher.untilCancelled();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
    }

    @Test
    void aClientThatGoesCancels() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = streaming(publisher);
        RawSseClient client = client(server);
        client.get("/events");
        client.cut();
        publisher.untilCancelled();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        server.close();
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aServerThatClosesCancels() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = streaming(publisher);
        client(server).get("/events");
        server.close();
        publisher.untilCancelled();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aShutdownLetsItEndByItselfAndThenTheConnection() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = streaming(publisher);
        RawSseClient client = client(server);
        client.get("/events");
        var ended = server.shutdown(Duration.ofMinutes(1));
        publisher.next("a");
        publisher.subscriber().onComplete();
        assertThat(rest(client)).isEqualTo("data: a\n\n");
        assertConnectionEnds(client);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
        ended.toCompletableFuture().get(PATIENCE_SECONDS, java.util.concurrent.TimeUnit.SECONDS);
    }
}
