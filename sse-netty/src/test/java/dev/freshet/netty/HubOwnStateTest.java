package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The state now, then every change after it. Covers {@link HubState} and {@link HubOwnPieces}. */
class HubOwnStateTest extends ServerFixture {
    private final AtomicInteger calls = new AtomicInteger();

    private SseServer serveState() {
        return serve(request -> SseReply.subscribe(hub, "t").snapshot(() -> {
            calls.incrementAndGet();
            return List.of(SseEvent.of("state", "1"), SseEvent.of("state", "2"));
        }));
    }

    @Test
    void aFreshStartGetsTheSnapshotAndThenTheChanges() throws Exception {
        publish("old");
        RawSseClient client = follower(serveState());
        publish("new");
        assertThat(client.readEvents(3)).extracting(Event::data).containsExactly("1", "2", "new");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aResetGetsTheSnapshotInsteadOfWhatIsRetained() throws Exception {
        publish("old");
        RawSseClient client = follower(serveState(), "Last-Event-ID: banana");
        publish("new");
        assertThat(client.readEvents(4))
                .extracting(Event::type)
                .containsExactly("stream-reset", "state", "state", "message");
        assertThat(calls).hasValue(1);
    }

    @Test
    void theIdOfTheLastEventOfASnapshotIsItsPositionAndWhoIsCutOffBeforeGetsAllOfItAgain() throws Exception {
        EventId latest = publish("old");
        for (String field : List.of("X: fresh", "Last-Event-ID: banana")) {
            RawSseClient client = client(serveState());
            client.get("/events", field);
            String opening = String.valueOf(client.readChunk());

            assertThat(opening).endsWith("event: state\ndata: 1\n\nevent: state\ndata: 2\nid: " + latest + "\n\n");
            assertThat(opening.split("id: ", -1)).hasSize(2);
        }
    }

    @Test
    void aSnapshotOfNothingLeavesTheIdToTheOpening() throws Exception {
        EventId latest = publish("old");
        RawSseClient client =
                client(serve(request -> SseReply.subscribe(hub, "t").snapshot(List::of)));
        client.get("/events");

        assertThat(client.readChunk()).endsWith("data: {\"resume\":\"fresh\"}\nid: " + latest + "\n\n");
    }

    @Test
    void aSnapshotWhoseLastEventHasAnIdOfItsOwnKeepsIt() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.subscribe(hub, "t")
                .snapshot(() -> List.of(SseEvent.builder().id("row 7").data("1").build()))));
        client.get("/events");

        assertThat(client.readChunk()).endsWith("data: 1\nid: row 7\n\n").doesNotContain("id: " + hub.latest());
    }

    @Test
    void aResumedStreamGetsNoSnapshot() throws Exception {
        EventId first = publish("a");
        publish("b");
        RawSseClient client = follower(serveState(), "Last-Event-ID: " + first);
        assertThat(client.readEvent().data()).isEqualTo("b");
        assertThat(calls).hasValue(0);
    }

    @Test
    void aHeadRequestGetsNoSnapshot() throws Exception {
        RawSseClient client = client(serveState());
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(calls).hasValue(0);
    }

    @Test
    void whatIsPublishedWhileTheSnapshotIsTakenFollowsIt() throws Exception {
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").snapshot(() -> {
            CompletableFuture.runAsync(() -> publish("racing")).join();
            return List.of(SseEvent.of("state"));
        }));
        assertThat(follower(server).readEvents(2)).extracting(Event::data).containsExactly("state", "racing");
    }

    @Test
    void whatIsPublishedWhileTheSnapshotOfAResetIsTakenFollowsIt() throws Exception {
        publish("old");
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").snapshot(() -> {
            CompletableFuture.runAsync(() -> publish("racing")).join();
            return List.of(SseEvent.of("state"));
        }));
        assertThat(follower(server, "Last-Event-ID: banana").readEvents(3).subList(1, 3))
                .extracting(Event::data)
                .containsExactly("state", "racing");
    }
}
