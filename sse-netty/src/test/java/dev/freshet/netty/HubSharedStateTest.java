package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.SseSnapshot.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * The state is taken once for all who come while it serves, and each gets every change after it.
 * Covers {@link HubSharedPieces}.
 */
class HubSharedStateTest extends SharedSnapshotFixture {
    private static void assertWhole(List<Event> events, int newest) {
        int number = Integer.parseInt(events.get(0).data());
        assertThat(events.get(0).type()).isEqualTo("state");
        assertThat(events.get(1).data()).as("right behind the state").isEqualTo("" + (number + 1));
        for (Event event : events.subList(1, events.size())) {
            assertThat(event.data()).isEqualTo("" + ++number);
        }
        assertThat(number).isEqualTo(newest);
    }

    private static List<Event> readUpTo(Callable<Event> next, int newest) throws Exception {
        List<Event> events = new ArrayList<>();
        do {
            events.add(next.call());
            events.removeIf(event -> event.type().equals("stream-open"));
        } while (events.isEmpty() || !events.get(events.size() - 1).data().equals("" + newest));
        return events;
    }

    @Test
    void allWhoComeWhileTheStateIsLookedAtAreServedByThatCall() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        SseSnapshot shared = held();
        SseServer server = serve(request -> {
            asked.incrementAndGet();
            return SseReply.subscribe(hub, "t").snapshot(shared);
        });
        List<RawSseClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(asking(server));
        }
        awaitCall();
        awaitRequests(server, asked, 50);
        letReturn();
        for (RawSseClient client : clients) {
            assertThat(client.readHead().header("SSE-Resume")).isEqualTo("fresh");
        }
        publishNumbers(5);
        for (RawSseClient client : clients) {
            assertWhole(readUpTo(client::readEvent, published), published);
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void whoeverComesGetsTheStateAndAllAfterItWhileEventsArePublishedAndEvicted() throws Exception {
        SseServer server = serve(numbersEndpoint());
        Random random = new Random(12);
        try (Http2Client http2 = Http2Client.connect(server)) {
            for (int i = 0; i < 60; i++) {
                publishNumbers(random.nextInt(RETAINED));
                if (i % 3 == 2) {
                    assertFollowsWhole(http2.follow("/events")::readEvent);
                } else {
                    RawSseClient client =
                            sending(server, "GET /events HTTP/1." + i % 3 + "\r\nHost: h\r\nConnection: close\r\n\r\n");
                    assertThat(client.readHead().status()).isEqualTo(200);
                    assertFollowsWhole(client::readEvent);
                    client.close();
                }
            }
        }
        assertThat(calls.get()).as("each serves until it is evicted").isBetween(10, 50);
    }

    /** The state may be as old as what is retained, so more is published once it and what followed it have come. */
    private void assertFollowsWhole(Callable<Event> next) throws Exception {
        List<Event> events = readUpTo(next, published);
        publishNumbers(5);
        events.addAll(readUpTo(next, published));
        assertWhole(events, published);
    }

    private SseEndpoint numbersEndpoint() {
        SseSnapshot shared = numbers();
        return request -> SseReply.subscribe(hub, "t").snapshot(shared);
    }

    @Test
    void oneThatIsTooOldIsTakenAnew() throws Exception {
        SseServer server = serve(numbersEndpoint());
        follower(server);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        follower(server);
        assertThat(calls).hasValue(1);
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        follower(server);

        assertThat(calls).hasValue(2);
    }

    @Test
    void aResetGetsTheStateToo() throws Exception {
        publishNumbers(2);
        RawSseClient client = follower(serve(numbersEndpoint()), "Last-Event-ID: banana");
        publishNumbers(1);

        assertThat(client.readEvents(3)).extracting(Event::data).element(1).isEqualTo("2");
        assertThat(client.lastEventId()).isEqualTo(hub.latest().toString());
    }

    @Test
    void theIdOfItsLastEventIsItsPosition() throws Exception {
        publishNumbers(1);
        EventId position = hub.latest();
        SseSnapshot shared = snapshot(() -> State.of(List.of(SseEvent.of("a"), SseEvent.of("b"))));
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").snapshot(shared));
        follower(server);
        publishNumbers(1);
        RawSseClient client = client(server);
        client.get("/events");

        assertThat(client.readChunk() + client.readChunk())
                .endsWith("data: {\"resume\":\"fresh\"}\n\ndata: a\n\ndata: b\nid: " + position + "\n\n");
    }

    @Test
    void aStateOfNothingLeavesTheIdToTheOpening() throws Exception {
        SseSnapshot shared = snapshot(() -> State.of(List.of()));
        SseServer server = serve(request -> SseReply.subscribe(hub, "t").snapshot(shared));
        EventId position = hub.latest();
        follower(server);
        publishNumbers(1);
        RawSseClient client = client(server);
        client.get("/events");

        assertThat(client.readChunk()).endsWith("id: " + position + "\n\n");
        assertThat(client.readEvent().data()).isEqualTo("1");
    }

    @Test
    void whoResumesOrAsksForTheHeadAloneNeedsNone() throws Exception {
        EventId seen = publish("seen");
        publish("next");
        SseServer server = serve(numbersEndpoint());
        assertThat(follower(server, "Last-Event-ID: " + seen).readEvent().data())
                .isEqualTo("next");
        RawSseClient head = sending(server, "HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(head.readHead().status()).isEqualTo(200);
        assertThat(calls).hasValue(0);

        follower(server);
        RawSseClient again = sending(server, "HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(again.readHead().status()).isEqualTo(200);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        follower(server);
        assertThat(calls).hasValue(2);
    }

    @Test
    void whoMayNotReadWhatCameBeforeGetsNoOlderOne() throws Exception {
        SseSnapshot shared = numbers();
        SseServer server = serve(
                request -> SseReply.subscribe(hub, "t").notBefore(hub.latest()).snapshot(shared));
        follower(server);
        publishNumbers(1);
        RawSseClient client = follower(server);

        assertThat(client.readEvent().data()).isEqualTo("1");
        assertThat(calls).hasValue(2);
    }

    @RepeatedTest(20)
    void oneThatIsNewerThanAllIsBoundByTheNewestEventOfWhenItCame() throws Exception {
        EventId future = new EventId(hub.latest().millis() + 1_000_000, 0);
        SseSnapshot shared = snapshot(() -> {
            publishNumbers(1); // so that what is newest is never the snapshot's position
            return State.of(List.of(SseEvent.of("state")));
        });
        RawSseClient client = follower(
                serve(request -> SseReply.subscribe(hub, "t").notBefore(future).snapshot(shared)));

        assertThat(client.readEvents(2)).extracting(Event::data).containsExactly("state", "1");
    }

    @Test
    void aSnapshotOfAnotherHubOrOfFewerTopicsIsRefused() {
        Executor none = task -> {};
        SseSnapshot shared = SseSnapshot.of(hub, List.of("a", "b"), none, () -> State.of(List.of()));

        assertThatThrownBy(() -> SseReply.subscribe(SseHub.create(), "a").snapshot(shared))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("snapshot.hub: another (expected: the stream's own)");
        assertThatThrownBy(() -> SseReply.subscribe(hub, "a", "c").snapshot(shared))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("snapshot.topics: [")
                .hasMessageEndingWith("] (expected: all of the stream's, [a, c])");
        assertThat(SseReply.subscribe(hub, "b").snapshot(shared)).isNotNull();
    }
}
