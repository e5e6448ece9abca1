package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A position names its log, over the wire. */
class HubStreamPositionTest extends ServerFixture {

    private static List<EventId> publish(SseHub to, String... data) {
        List<EventId> ids = new ArrayList<>();
        for (String one : data) {
            ids.add(to.publish("t", SseEvent.of(one)).toCompletableFuture().join());
        }
        return ids;
    }

    private RawSseClient ask(SseServer server, String outcome, String... headers) throws IOException {
        RawSseClient client = client(server);
        assertThat(client.get("/events", headers).header("SSE-Resume")).isEqualTo(outcome);
        return client;
    }

    private SseServer serve(SseReply.Subscribe reply) {
        return serve(request -> reply);
    }

    private SseReply.Subscribe subscribe() {
        return SseReply.subscribe(hub, "t");
    }

    @Test
    void aClientOfOneHubThatComesToAnotherIsResetAndGetsAllThatThisOneHas() throws Exception {
        try (SseHub other = SseHub.create()) {
            SseServer there = serve(request -> SseReply.subscribe(other, "t"));
            List<EventId> ids = publish(hub, "a0", "a1", "a2", "a3", "a4");
            publish(other, "b0", "b1", "b2");
            RawSseClient client = ask(there, "reset", "Last-Event-ID: " + ids.get(2));

            List<Event> events = client.readEvents(4);
            assertThat(events).extracting(Event::data).endsWith("b0", "b1", "b2");
            assertThat(events.get(0).type()).isEqualTo("stream-reset");
            assertThat(events.get(0).data())
                    .contains("\"reason\":\"unknown\"")
                    .contains(ids.get(2).toString());
        }
    }

    @Test
    void aClientOfTwoTopicsThatComesToAnotherHubIsReset() throws Exception {
        try (SseHub other = SseHub.create()) {
            SseServer there = serve(request -> SseReply.subscribe(other, "t", "u"));
            EventId position = publish(hub, "a").get(0);
            publish(other, "b");

            assertThat(ask(there, "reset", "Last-Event-ID: " + position).readEvents(2))
                    .extracting(Event::type)
                    .containsExactly("stream-reset", "message");
        }
    }

    @Test
    void whereTheServerChoseTheStartItIsFresh() throws Exception {
        List<EventId> ids = publish(hub, "1", "2", "3");

        assertThat(ask(serve(subscribe().fromEarliest()), "fresh").readEvents(3))
                .extracting(Event::data)
                .containsExactly("1", "2", "3");
        assertThat(ask(serve(subscribe().from(ids.get(0))), "fresh").readEvents(2))
                .extracting(Event::data)
                .containsExactly("2", "3");
        assertThat(ask(serve(subscribe().from(Instant.EPOCH)), "fresh").readEvents(3))
                .extracting(Event::data)
                .containsExactly("1", "2", "3");
    }

    @Test
    void aStartThatTheServerChoseAmongWhatIsGoneIsAResetOnlyWhereItIsAPosition() throws Exception {
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(1).build())
                .build();
        List<EventId> ids = publish(hub, "1", "2", "3");

        assertThat(ask(serve(subscribe().from(ids.get(0))), "reset").readEvent().type())
                .isEqualTo("stream-reset");
        assertThat(ask(serve(subscribe().from(Instant.ofEpochMilli(ids.get(0).millis()))), "fresh")
                        .readEvent()
                        .data())
                .isEqualTo("3");
        assertThat(ask(serve(subscribe().fromEarliest()), "fresh").readEvent().data())
                .isEqualTo("3");
    }

    @Test
    void noClientGetsWhatLiesBeforeTheBoundOfItsReply() throws Exception {
        List<EventId> ids = publish(hub, "secret", "last secret", "3");
        SseServer server = serve(subscribe().notBefore(ids.get(1)));

        assertThat(ask(server, "resumed", "Last-Event-ID: earliest").readEvent().data())
                .isEqualTo("3");
        assertThat(ask(server, "reset", "Last-Event-ID: " + ids.get(0)).readEvents(2))
                .extracting(Event::data)
                .last()
                .isEqualTo("3");
        assertThat(ask(server, "resumed", "Last-Event-ID: " + ids.get(1))
                        .readEvent()
                        .data())
                .isEqualTo("3");
    }

    @Test
    void theSnapshotStandsBeforeTheEventsOfAStartThatTheServerChose() throws Exception {
        publish(hub, "1", "2");
        RawSseClient client =
                ask(serve(subscribe().fromEarliest().snapshot(() -> List.of(SseEvent.of("state", "0")))), "fresh");

        assertThat(client.readEvents(3)).extracting(Event::data).containsExactly("0", "1", "2");
    }

    @Test
    void aGenerationIsNotTakenForSeenByAnIdOfAnotherHub() throws Exception {
        SseGeneration answer = SseGeneration.start(hub, "answer");
        answer.publish(SseEvent.of("token"));
        answer.complete();
        EventId after = publish(hub, "1", "2").get(0);
        EventId foreign = new EventId(after.millis(), after.sequence() ^ 1); // after the end, and before the newest

        RawSseClient client = ask(serve(answer::follow), "reset", "Last-Event-ID: " + foreign);
        assertThat(client.readEvents(3)).extracting(Event::type).containsExactly("stream-reset", "message", "done");
    }

    @Test
    void aClientOfAQuietTopicIsNotResetForTopicsThatWereForgotten() throws Exception {
        AtomicLong ticker = new AtomicLong();
        hub = SseHub.builder().forgottenFloors(1 << 18).ticker(ticker::get).build();
        SseServer server = serve(request -> SseReply.subscribe(hub, "user-" + request.query("user")));
        RawSseClient client = client(server);
        client.get("/events?user=0");
        String position = String.valueOf(client.readChunk()).split("\nid: ")[1].strip();
        client.close();
        int topics = 300; // more than are looked at together
        for (int i = 0; i < topics; i++) {
            hub.publish("user " + i, SseEvent.of("x"));
        }
        ticker.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < topics; i++) {
            hub.publish("user 0", SseEvent.of("x"));
        }
        assertThat(hub.stats().topics())
                .as("and that of the client until its end is seen")
                .isBetween(1, 2);

        int resumed = 0;
        for (int user = 0; user < 8; user++) { // one in 22 shares its floor with one that was forgotten
            RawSseClient back = client(server);
            RawSseClient.Head head = back.get("/events?user=" + user, "Last-Event-ID: " + position);
            resumed += "resumed".equals(head.header("SSE-Resume")) ? 1 : 0;
        }
        assertThat(resumed).isGreaterThan(1);
    }
}
