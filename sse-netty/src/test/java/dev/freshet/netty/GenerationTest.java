package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.log.TopicEndedException;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Finite streams that outlive their connections. */
class GenerationTest extends ServerFixture {
    private static final String POST = "POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";

    private final Recorder recorder = new Recorder();
    private final SseGeneration generation = SseGeneration.start(hub, "answer");

    private SseServer following() {
        return start(local().listener(recorder)
                .endpoint("/events", generation::follow)
                .endpoint("POST", "/events", generation::follow));
    }

    private EventId token(String data) {
        return generation.publish(SseEvent.of(data)).toCompletableFuture().join();
    }

    private static List<String> data(List<Event> events) {
        return events.stream().map(Event::data).toList();
    }

    private static void assertEnded(RawSseClient client) throws Exception {
        assertThat(client.readEvent()).extracting(Event::type, Event::data).containsExactly("done", "{}");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoStartsItFollowsItToItsEnd() throws Exception {
        RawSseClient client = client(following());
        client.send(POST);
        assertThat(client.readHead().status()).isEqualTo(200);
        token("a");
        token("b");
        generation.complete();
        assertThat(data(client.readEvents(2))).containsExactly("a", "b");
        assertEnded(client);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
    }

    @Test
    void whoComesLaterGetsAllOfIt() throws Exception {
        SseServer server = following();
        token("a");
        RawSseClient client = follower(server);
        token("b");
        generation.complete();
        assertThat(data(client.readEvents(2))).containsExactly("a", "b");
        assertEnded(client);
    }

    @Test
    void whoComesAfterTheEndGetsAllOfItAndTheEnd() throws Exception {
        token("a");
        generation.complete();
        RawSseClient client = follower(following());
        assertThat(data(client.readEvents(1))).containsExactly("a");
        assertEnded(client);
    }

    @Test
    void whoWasCutOffResumesWhereItWas() throws Exception {
        SseServer server = following();
        RawSseClient first = client(server);
        first.send(POST);
        first.readHead();
        token("a");
        token("b");
        first.readEvents(2);
        String id = first.lastEventId();
        first.cut();
        recorder.nextClosed();
        token("c"); // it goes on with nobody there
        RawSseClient second = client(server);
        assertThat(second.get("/events", "Last-Event-ID: " + id).header("SSE-Resume"))
                .isEqualTo("resumed");
        generation.complete();
        assertThat(data(second.readEvents(1))).containsExactly("c");
        assertEnded(second);
    }

    @Test
    void whoFollowsForTheFirstTimeIsToldThatItIsFresh() throws Exception {
        SseServer server = following();
        token("a");
        RawSseClient client = client(server);
        assertThat(client.get("/events").header("SSE-Resume")).isEqualTo("fresh");
        assertThat(data(client.readEvents(1))).containsExactly("a");
        assertThat(client.unheard()).isEmpty();
        assertThat(client(server).get("/events", "Last-Event-ID:").header("SSE-Resume"))
                .isEqualTo("fresh");
        assertThat(client(server).get("/events?lastEventId=earliest").header("SSE-Resume"))
                .isEqualTo("resumed");
    }

    @Test
    void severalFollowAtOnce() throws Exception {
        SseServer server = following();
        RawSseClient first = follower(server);
        RawSseClient second = follower(server);
        token("a");
        generation.complete();
        for (RawSseClient client : List.of(first, second)) {
            assertThat(data(client.readEvents(1))).containsExactly("a");
            assertEnded(client);
        }
    }

    @Test
    void whoComesBackAfterTheEndIsToldToStop() throws Exception {
        SseServer server = following();
        RawSseClient client = follower(server);
        token("a");
        generation.complete();
        client.readEvent();
        assertEnded(client);
        assertThat(client(server)
                        .get("/events", "Last-Event-ID: " + client.lastEventId())
                        .status())
                .isEqualTo(204);
    }

    @Test
    void whoWasCutOffJustBeforeTheEndIsToldIt() throws Exception {
        String last = token("a").toString();
        generation.complete();
        RawSseClient client = follower(following(), "Last-Event-ID: " + last);
        assertEnded(client);
    }

    @Test
    void aPositionFromNowhereIsToldResetAndThenAllOfIt() throws Exception {
        token("a");
        generation.complete();
        RawSseClient client = client(following());
        assertThat(client.get("/events", "Last-Event-ID: 99999999999999-0").header("SSE-Resume"))
                .isEqualTo("reset");
        assertThat(client.readEvent().type()).isEqualTo("stream-reset");
        assertThat(client.readEvent().data()).isEqualTo("a");
        assertEnded(client);
    }

    @Test
    void whoComesWhenSomeOfItIsGoneIsToldResetAndTheEnd() throws Exception {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(2).build())
                .build();
        SseGeneration brief = SseGeneration.start(hub, "answer");
        for (String data : List.of("a", "b", "c")) {
            brief.publish(SseEvent.of(data));
        }
        brief.complete();
        RawSseClient client = follower(serve(brief::follow));
        assertThat(client.readEvent().type()).isEqualTo("stream-reset");
        while (client.readEvent().type().equals("message")) {}
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoSkipsOverTheEndIsToldResetAndIsAtTheEnd() {
        hub.close();
        hub = SseHub.builder()
                .retention(
                        Retention.builder().maxBytes(2 << 10).hubBytes(2 << 10).build())
                .build();
        SseGeneration brief = SseGeneration.start(hub, "answer");
        EmbeddedChannel channel = Pipelines.channel(
                new HttpServerCodec(),
                SseHandler.builder()
                        .lagPolicy(LagPolicy.SKIP)
                        .listener(recorder)
                        .endpoint("/events", brief::follow)
                        .build());
        Pipelines.send(channel, Pipelines.get("/events"));
        brief.publish(SseEvent.of("a"));
        brief.complete();
        for (int i = 0; i < 4; i++) {
            hub.publish("other", SseEvent.of("x".repeat(1 << 10))); // takes all that the hub may retain
        }
        assertThat(Pipelines.sent(channel)).contains("event: stream-reset\n").doesNotContain("data: a\n");
        assertThat(recorder.closed).containsExactly(CloseReason.COMPLETED);
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aFailureIsTheEnd() throws Exception {
        RawSseClient client = follower(following());
        generation.fail(new IllegalStateException("out of tokens"));
        assertThat(client.readEvent())
                .extracting(Event::type, Event::data)
                .containsExactly("error", "{\"message\":\"the stream failed\"}");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
    }

    @Test
    void aFailureMayBeToldByAnEventOfItsOwn() throws Exception {
        RawSseClient client = follower(following());
        generation.complete(SseEvent.of("sorry", "out of tokens"));
        assertThat(client.readEvent()).extracting(Event::type, Event::data).containsExactly("sorry", "out of tokens");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
    }

    @Test
    void aLastEventOfItsOwnIsTheEnd() throws Exception {
        RawSseClient client = follower(following());
        generation.complete(SseEvent.of("usage", "12"));
        assertThat(client.readEvent()).extracting(Event::type, Event::data).containsExactly("usage", "12");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void theFirstCompletionCounts() {
        EventId first = generation.complete().toCompletableFuture().join();
        assertThat(generation.fail(new IllegalStateException("late")))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(TopicEndedException.class);
        assertThat(hub.latest()).isEqualTo(first);
    }

    @Test
    void nothingIsPublishedAfterTheEnd() {
        assertThat(generation.isComplete()).isFalse();
        generation.complete();
        assertThat(generation.isComplete()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> token("late"))
                .withMessage("generation: complete (expected: not yet)");
    }

    @Test
    void anEventHasNoIdOfItsOwn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        generation.publish(SseEvent.builder().id("7").data("x").build()))
                .withMessage("generation.event.id: \"7\" (expected: none; clients resume by the hub's ids)");
    }

    @Test
    void manyGenerationsShareAHub() throws Exception {
        SseGeneration first = SseGeneration.start(hub, "answer/1");
        SseGeneration second = SseGeneration.start(hub, "answer/2");
        SseServer server = serve(request -> ("1".equals(request.query("id")) ? first : second).follow(request));
        RawSseClient one = client(server);
        one.get("/events?id=1");
        RawSseClient two = client(server);
        two.get("/events?id=2");
        first.publish(SseEvent.of("of 1"));
        second.publish(SseEvent.of("of 2"));
        first.complete();
        assertThat(one.readEvent().data()).isEqualTo("of 1");
        assertEnded(one);
        second.publish(SseEvent.of("more of 2"));
        assertThat(data(two.readEvents(2))).containsExactly("of 2", "more of 2");
    }
}
