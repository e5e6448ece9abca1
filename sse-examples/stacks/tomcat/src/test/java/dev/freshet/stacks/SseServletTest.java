package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.RawSseClient.Head;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.FollowerListener;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams in Tomcat, over real sockets. */
class SseServletTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final int PATIENCE_SECONDS = 25;
    /** Events of 16 KiB. */
    private static final int MORE_THAN_SOCKETS_HOLD = 1500;

    @TempDir
    Path folder;

    private final SseHub hub = SseHub.builder()
            .retention(Retention.builder().maxBytes(256 << 10).build())
            .build();
    private final List<RawSseClient> clients = new ArrayList<>();
    private SseServlet servlet;
    private Tomcat tomcat;

    private void start(SseHub served, Duration heartbeat, Duration writeTimeout) throws Exception {
        servlet = new SseServlet(served, heartbeat, writeTimeout, request -> List.of("t"));
        tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("processorCache", "0"); // see SseServlet
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "events", servlet).setAsyncSupported(true);
        context.addServletMappingDecoded("/events", "events");
        tomcat.start();
    }

    private void stop() throws Exception {
        if (tomcat != null) {
            tomcat.stop();
            tomcat.destroy();
            tomcat = null;
        }
    }

    @AfterEach
    void end() throws Exception {
        for (RawSseClient client : clients) {
            client.close();
        }
        stop();
        hub.close();
    }

    private RawSseClient client(int receiveBuffer) throws IOException {
        RawSseClient client =
                RawSseClient.connect("127.0.0.1", tomcat.getConnector().getLocalPort(), receiveBuffer);
        clients.add(client);
        return client;
    }

    private RawSseClient follow(String target, String resume, String... headers) throws IOException {
        RawSseClient client = client(0);
        Head head = client.get(target, headers);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(head.header("Cache-Control")).isEqualTo("no-store, no-transform");
        assertThat(head.header("SSE-Resume")).isEqualTo(resume);
        return client;
    }

    private RawSseClient followOpened(String target, String resume, String... headers) throws IOException {
        RawSseClient client = follow(target, resume, headers);
        Event opening = client.readEvent();
        assertThat(opening.type()).isEqualTo("stream-open");
        assertThat(opening.data()).isEqualTo("{\"resume\":\"" + resume + "\"}");
        return client;
    }

    private void publish(String... data) {
        for (String one : data) {
            hub.publish("t", SseEvent.of("t", one));
        }
    }

    private static List<String> data(RawSseClient client, int count) throws IOException {
        return client.readEvents(count).stream().map(Event::data).toList();
    }

    private static CountDownLatch untilNobodyFollows(SseHub hub) {
        CountDownLatch latch = new CountDownLatch(1);
        hub.onFollowers("t", new FollowerListener() {
            @Override
            public void first(String topic) {}

            @Override
            public void last(String topic) {
                latch.countDown();
            }
        });
        return latch;
    }

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
    void clientsThatAreCutOffHarmNobody() throws Exception {
        start(hub, LONG, LONG);
        String last = "";
        for (int i = 0; i < 500; i++) {
            RawSseClient client = last.isEmpty()
                    ? followOpened("/events", "fresh")
                    : followOpened("/events", "resumed", "Last-Event-ID: " + last);
            if (i > 0) {
                assertThat(data(client, 1)).containsExactly("" + i);
            }
            client.cut();
            last = client.lastEventId();
            publish("" + (i + 1));
        }
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
    void aClientThatHasGoneIsNoticedByAHeartbeat() throws Exception {
        start(hub, SHORT, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        CountDownLatch left = untilNobodyFollows(hub);
        client.close();
        assertThat(left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
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
    void aReaderThatIsStuckStopsNobodyAndIsCutOffWhereTheLogHasLeftIt() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient stuck = client(4096);
        assertThat(stuck.get("/events").status()).isEqualTo(200);
        RawSseClient other = followOpened("/events", "fresh");
        String text = "x".repeat(16 << 10);
        for (int i = 0; servlet.streams() == 2; i++) {
            assertThat(i).as("events, and the stuck one is not cut off").isLessThan(MORE_THAN_SOCKETS_HOLD);
            publish(text);
            assertThat(other.readEvent().data()).isEqualTo(text);
        }
        assertThat(readToCut(stuck)).isTrue();
        publish("a");
        assertThat(data(other, 1)).containsExactly("a");
        RawSseClient again = follow("/events", "reset", "Last-Event-ID: " + stuck.lastEventId());
        assertThat(again.readEvent().data()).contains("\"reason\":\"evicted\"");
    }

    @Test
    void aReaderThatTakesNothingIsCutOffInTime() throws Exception {
        Retention all =
                Retention.builder().maxBytes(64 << 20).hubBytes(128 << 20).build();
        try (SseHub roomy = SseHub.builder().retention(all).build()) {
            start(roomy, LONG, SHORT);
            CountDownLatch left = untilNobodyFollows(roomy);
            RawSseClient stuck = client(4096);
            assertThat(stuck.get("/events").status()).isEqualTo(200);
            stuck.readEvent();
            SseEvent event = SseEvent.of("t", "x".repeat(16 << 10));
            for (int i = 0; i < MORE_THAN_SOCKETS_HOLD; i++) {
                roomy.publish("t", event);
            }
            assertThat(left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(readToCut(stuck)).isTrue();
        }
    }

    /** Reads all that has come, and returns whether it ended without the end of the response. */
    private static boolean readToCut(RawSseClient client) throws IOException {
        try {
            while (client.tryReadEvent() != null) {}
            return !client.isWhole();
        } catch (SocketException e) {
            return true; // by a reset
        }
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
