package dev.freshet.stacks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.RawSseClient.Head;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams in Tomcat: how they begin, go on and end. */
class SseServletTest extends TomcatFixture {
    @Test
    void aClientThatComesBackGetsWhatItMissed() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        publish("a");
        assertThat(data(client, 1)).containsExactly("a");
        String last = client.lastEventId();
        client.close();
        publish("b", "c");
        RawSseClient resumed = followOpened("/events", "resumed", "Last-Event-ID: " + last);
        publish("d");
        assertThat(data(resumed, 3)).containsExactly("b", "c", "d");
        RawSseClient byQuery = followOpened("/events?lastEventId=&lastEventId=" + last, "resumed");
        assertThat(data(byQuery, 3)).containsExactly("b", "c", "d");
    }

    @Test
    void aClientThatIsCutOffBeforeItsFirstEventResumesWithNothingLost() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        client.cut();
        publish("a");
        RawSseClient resumed = followOpened("/events", "resumed", "Last-Event-ID: " + client.lastEventId());
        assertThat(data(resumed, 1)).containsExactly("a");
    }

    @Test
    void aClientOfAnEarlierHubIsToldReset() throws Exception {
        String last;
        try (SseHub earlier = SseHub.create()) {
            start(earlier, LONG, LONG);
            last = followOpened("/events", "fresh").lastEventId();
            stop();
        }
        publish("a");
        start(hub, LONG, LONG);
        RawSseClient client = follow("/events", "reset", "Last-Event-ID: " + last);
        Event reset = client.readEvent();
        assertThat(reset.type()).isEqualTo("stream-reset");
        assertThat(reset.data()).contains("\"reason\":\"unknown\"");
        assertThat(data(client, 1)).containsExactly("a");
    }

    @Test
    void aSilentStreamHasHeartbeats() throws Exception {
        start(hub, SHORT, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        assertThat(client.readChunk()).isEqualTo(":\n");
        assertThat(client.readChunk()).isEqualTo(":\n");
        publish("a");
        assertThat(data(client, 1)).containsExactly("a");
    }

    @Test
    void aCompletedTopicEndsItsStreamsAndWhoComesBackIsToldToStop() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        hub.complete("t", SseEvent.of("t", "last"));
        assertThat(data(client, 1)).containsExactly("last");
        assertEnded(client);
        RawSseClient again = client(0);
        assertThat(again.get("/events", "Last-Event-ID: " + client.lastEventId())
                        .status())
                .isEqualTo(204);
    }

    private static void assertEnded(RawSseClient client) throws IOException {
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
        assertThat(client.retries())
                .as("that of the opening, and the farewell's")
                .hasSize(2);
    }

    @Test
    void aStopGivesTheStreamsWhatWasPublishedAndEndsThem() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        publish("a", "b");
        stop();
        assertThat(data(client, 2)).containsExactly("a", "b");
        assertEnded(client);
    }

    @Test
    void whoComesToAHubThatIsClosedIsToldToComeLater() throws Exception {
        start(hub, LONG, LONG);
        hub.close();
        RawSseClient client = client(0);
        assertThat(client.get("/events").status()).isEqualTo(200);
        assertThat(client.readBytes(7)).asString().isEqualTo("retry: ");
    }

    @Test
    void aRequestForTheHeadAloneFollowsNothing() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient client = client(0);
        client.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(client.readHead().header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(servlet.streams()).isZero();
    }

    @Test
    void aTopicThatCannotBeIsRefused() throws Exception {
        start(hub, LONG, LONG);
        assertThat(client(0).get("/events?topic=").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "null", "unnamed"})
    void aRequestForNoTopicIsRefusedWithoutAStackTrace(String which) throws Exception {
        start(hub, LONG, LONG);
        RawSseClient client = client(0);
        assertThat(client.get("/events?" + which).status()).isEqualTo(400);
        assertThat(new String(client.readToEnd(), UTF_8)).doesNotContain("\tat ", "Exception");
    }

    @Test
    void aQueryThatIsMalformedIsRefusedWhereTheContainerSaysSo() throws Exception {
        start(hub, LONG, LONG);
        Head head = client(0).get("/events?a=%");
        if (ServerInfo.getServerNumber().startsWith("10.")) { // which leaves it out
            assertThat(head.header("SSE-Resume")).isEqualTo("fresh");
        } else {
            assertThat(head.status()).isEqualTo(400);
        }
    }

    @Test
    void manyStreamsShareOneThread() throws Exception {
        start(hub, LONG, LONG);
        List<RawSseClient> followers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            followers.add(followOpened("/events", "fresh"));
        }
        publish("a");
        for (RawSseClient follower : followers) {
            assertThat(data(follower, 1)).containsExactly("a");
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("sse-streams"))
                .hasSize(1);
    }
}
