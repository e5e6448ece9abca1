package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that end, and those who follow them. */
class HubStreamTopicEndTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private SseServer following(String... topics) {
        return start(local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, topics)));
    }

    private EventId complete(String topic) {
        return hub.complete(topic, SseEvent.of("last of " + topic))
                .toCompletableFuture()
                .join();
    }

    @Test
    void whoFollowsATopicReadsItsLastEventAndIsAtTheEnd() throws Exception {
        RawSseClient client = follower(following("t"));
        publish("a");
        complete("t");
        assertThat(client.readEvents(2)).extracting("data").containsExactly("a", "last of t");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
    }

    @Test
    void whoFollowsSeveralIsAtTheEndWithTheLastOfThem() throws Exception {
        RawSseClient client = follower(following("t", "u"));
        complete("t");
        assertThat(client.readEvent().data()).isEqualTo("last of t");
        hub.publish("u", SseEvent.of("of u"));
        complete("u");
        assertThat(client.readEvents(2)).extracting("data").containsExactly("of u", "last of u");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoComesBackAfterTheEndIsToldToStop() throws Exception {
        SseServer server = following("t");
        RawSseClient client = follower(server);
        complete("t");
        client.readEvent();
        assertThat(client(server)
                        .get("/events", "Last-Event-ID: " + client.lastEventId())
                        .status())
                .isEqualTo(204);
    }

    @Test
    void whoComesBackIsToldToStopWhenAllTopicsHaveEnded() throws Exception {
        SseServer server = following("t", "u");
        EventId first = complete("t");
        assertThat(client(server).get("/events", "Last-Event-ID: " + first).status())
                .isEqualTo(200);
        EventId second = complete("u");
        RawSseClient client = follower(server, "Last-Event-ID: " + first);
        assertThat(client.readEvent().data()).isEqualTo("last of u");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client(server).get("/events", "Last-Event-ID: " + second).status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t", "t,u"})
    void whoWasCutOffBeforeTheEndGetsTheRestAndTheEnd(String topics) throws Exception {
        String seen = publish("seen").toString();
        for (String topic : topics.split(",")) {
            complete(topic);
        }
        RawSseClient client = follower(following(topics.split(",")), "Last-Event-ID: " + seen);
        for (String topic : topics.split(",")) {
            assertThat(client.readEvent().data()).isEqualTo("last of " + topic);
        }
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoNamesNoPlaceOfAnEndedTopicIsToldResetAndTheEnd() throws Exception {
        complete("t");
        RawSseClient client = follower(following("t"), "Last-Event-ID: banana");
        assertThat(client.readEvent().type()).isEqualTo("stream-reset");
        assertThat(client.readEvent().data()).isEqualTo("last of t");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void aSnapshotOfATopicThatHasEndedIsTold() throws Exception {
        complete("t");
        RawSseClient client = follower(
                serve(request -> SseReply.subscribe(hub, "t").snapshot(() -> List.of(SseEvent.of("the final state")))));
        assertThat(client.readEvent().data()).isEqualTo("the final state");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoComesBackAfterTheEndIsToldToStopThoughThereIsASnapshot() throws Exception {
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").snapshot(() -> List.of(SseEvent.of("state"))));
        String last = hub.complete("t", SseEvent.of("last"))
                .toCompletableFuture()
                .join()
                .toString();
        assertThat(client(server).get("/events", "Last-Event-ID: " + last).status())
                .isEqualTo(204);
    }

    @Test
    void whoFollowsATopicThatIsRemovedIsAtTheEnd() throws Exception {
        RawSseClient client = follower(following("t"));
        String seen = publish("a").toString();
        assertThat(client.readEvent().data()).isEqualTo("a");
        hub.remove("t");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
        assertThat(client(following("t"))
                        .get("/events", "Last-Event-ID: " + seen)
                        .header("SSE-Resume"))
                .isEqualTo("reset");
    }
}
