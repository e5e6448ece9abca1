package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that events bring along, over the wire. */
class HubStreamOwnIdTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private static SseEvent event(String id) {
        return SseEvent.builder().id(id).data("row").build();
    }

    private static Flow.Publisher<SseEvent> publisherOf(SseEvent event) {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                subscriber.onNext(event);
                subscriber.onComplete();
            }

            @Override
            public void cancel() {}
        });
    }

    /** A stream of each kind, and the connection that it is. */
    private SseConnection following(SseEndpoint endpoint) throws Exception {
        client(start(local().listener(recorder).endpoint("/events", endpoint))).get("/events");
        return recorder.nextOpened();
    }

    @Test
    void whoCountsInRowIdsIsOpenedWithTheRowItCameBackWith() throws Exception {
        publish(event("größe 7"));
        publish("2");
        RawSseClient client = follower(serve(), lastEventId("größe 7"));

        assertThat(client.readChunk()).contains("event: stream-open\n", "\nid: größe 7\n");
        assertThat(client.readEvent().data()).isEqualTo("2");
    }

    /** The header with its value in UTF-8, which the client writes as it is. */
    private static String lastEventId(String id) {
        return "Last-Event-ID: " + new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1700000000000-0", ""})
    void anIdInTheNameSpaceOfTheHubIsRefusedByEachDoorOfTheHub(String id) throws Exception {
        SseEvent event = event(id);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> publish(event))
                .withMessage("event.id: \"" + id
                        + "\" (expected: not empty and not of the hub's own form, millis-sequence)");
        SseConnection stream = following(request -> SseReply.subscribe(hub, "t"));
        assertThatIllegalArgumentException().isThrownBy(() -> stream.send(event));
        assertThat(stream.isOpen()).isTrue();
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").snapshot(() -> List.of(event)));
        assertThat(client(server).get("/events").status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\fb", "a\u007f", " a", "a\t", "\ud800"})
    void anIdThatNoHeaderCarriesIsRefusedByEachDoor(String id) throws Exception {
        SseEvent event = event(id);

        assertThatIllegalArgumentException().isThrownBy(() -> publish(event)).withMessageStartingWith("event.id: ");
        SseConnection stream = following(request -> SseReply.subscribe(hub, "t"));
        assertThatIllegalArgumentException().isThrownBy(() -> stream.send(event));
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").snapshot(() -> List.of(event)));
        assertThat(client(server).get("/events").status()).isEqualTo(500);
        SseServer finite = serve(request -> SseReply.stream(publisherOf(event)));
        assertThat(rest(follower(finite))).contains("event: error\n").doesNotContain("row");
    }

    @Test
    void theEventThatTellsAFailureIsRefusedAnIdThatNoHeaderCarries() throws Exception {
        Flow.Publisher<SseEvent> failing = subscriber -> {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {}
            });
            subscriber.onError(new IllegalStateException("by the test"));
        };
        SseServer server = serve(request -> SseReply.stream(failing).onFailure(cause -> event("a\fb")));

        assertThat(rest(follower(server))).contains("event: error\n").doesNotContain("row");
    }

    @Test
    void plainCodeIsToldOfAnIdThatNoHeaderCarriesAndItsStreamGoesOn() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        SseServer server = serve(request -> SseReply.stream(executor, emitter -> {
            try {
                emitter.send(event(" a"));
            } catch (IllegalArgumentException e) {
                emitter.send(SseEvent.of("refused"));
            }
        }));

        assertThat(rest(follower(server))).isEqualTo("data: refused\n\n");
        executor.shutdown();
    }

    @Test
    void anIdOfTheHubsFormIsTheOwnAffairOfAFiniteStream() throws Exception {
        SseServer server = serve(request -> SseReply.stream(publisherOf(event("1700000000000-0"))));

        assertThat(rest(follower(server))).isEqualTo("data: row\nid: 1700000000000-0\n\n");
    }

    @Test
    void theLongestIdIsAnOptionOfTheHubAndOfTheServersFiniteStreams() throws Exception {
        hub = SseHub.builder().eventIdBytes(4).build();
        publish(event("öß"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> publish(event("größ")))
                .withMessage(
                        "event.id: \"größ\" (expected: at most 4 bytes in UTF-8, so that Last-Event-ID can carry it)");
        SseServer server = start(local().limits(Limits.builder().eventIdBytes(4).build())
                .endpoint("/4", request -> SseReply.stream(publisherOf(event("1234"))))
                .endpoint("/5", request -> SseReply.stream(publisherOf(event("12345")))));

        RawSseClient fits = client(server);
        fits.get("/4");
        assertThat(rest(fits)).contains("id: 1234\n");
        RawSseClient tooLong = client(server);
        tooLong.get("/5");
        assertThat(rest(tooLong)).contains("event: error\n").doesNotContain("12345");
    }

    @Test
    void aRepeatedIdWhoseOlderEventIsGoneIsEvicted() throws Exception {
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(2).build())
                .build();
        publish(event("row 7"));
        publish("1");
        publish(event("row 7"));
        RawSseClient client = follower(serve(), "Last-Event-ID: row 7");

        Event reset = client.readEvent();
        assertThat(reset.type()).isEqualTo("stream-reset");
        assertThat(reset.data()).contains("\"reason\":\"evicted\"");
    }

    @Test
    void theLongestIdThatAHubTakesComesBackInAHeader() throws Exception {
        String longest = "ü".repeat(2048);
        publish(event(longest));
        publish("2");

        assertThat(follower(serve(), lastEventId(longest)).readEvent().data()).isEqualTo("2");
    }
}
