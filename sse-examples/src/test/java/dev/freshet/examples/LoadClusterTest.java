package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.examples.FaultyServer.Fault;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.store.FileEventStore;
import dev.freshet.store.Fsync;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The load tool against several nodes: streams and publishers are spread over them, and one order is checked. */
class LoadClusterTest {

    private final LoadTool tool = new LoadTool();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private FileEventStore store;

    @BeforeEach
    void open() {
        store = FileEventStore.builder(folder).fsync(Fsync.never()).open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rate --rate 300 --duration 500ms", "burst --events 300", "reconnect --events 300 --rounds 3"})
    void twoNodesOfOneStoreAreAllWell(String arguments) {
        try (Relay a = relay();
                Relay b = relay()) {
            String second = LoadTool.url(b) + "/events";
            assertThat(tool.load(LoadTool.url(a) + "/events", arguments + " --connections 21 --json - --url " + second))
                    .as(tool.err())
                    .isZero();
            JsonNode report = Caller.json(tool.out());
            JsonNode deliveries = report.get("deliveries");
            assertThat(deliveries.get("received").asLong())
                    .isEqualTo(deliveries.get("expected").asLong())
                    .isPositive();
            assertThat(deliveries.get("disordered").asLong()).isZero();
            assertThat(report.get("url").asString())
                    .isEqualTo(LoadTool.url(a) + "/events, " + LoadTool.url(b) + "/events");
            long perNode = report.get("publish").get("sent").asLong() / 2;
            assertThat(published(a)).isEqualTo(published(b)).isGreaterThanOrEqualTo(2 * perNode);
        }
    }

    private Relay relay() {
        return Relay.start(
                SseHub.builder().store(store),
                SseServer.builder().host("127.0.0.1").port(0),
                new Guard());
    }

    private static long published(Relay relay) {
        return Caller.json(new Caller(relay.server()).get("/stats").body())
                .get("published")
                .asLong();
    }

    /** Three streams by turns begin at the second node and then at the first. */
    @Test
    void clientsComeBackToTheNextNode() {
        try (SseHub hub = SseHub.create();
                ResumedNode a = new ResumedNode(hub);
                ResumedNode b = new ResumedNode(hub)) {
            String arguments = "reconnect --connections 3 --events 20 --rounds 1 --url " + b.url();
            assertThat(tool.load(a.url(), arguments)).as(tool.err()).isZero();
            assertThat(a.resumed).hasValue(1);
            assertThat(b.resumed).hasValue(2);

            assertThat(tool.load(a.url(), arguments.replace("rounds 1", "rounds 2")))
                    .isZero();
            assertThat(a.resumed).hasValue(1 + 1 + 2);
            assertThat(b.resumed).hasValue(2 + 2 + 1);
        }
    }

    /** Counts those who come back. */
    private static final class ResumedNode implements AutoCloseable {
        final AtomicInteger resumed = new AtomicInteger();
        private final SseServer server;

        ResumedNode(SseHub hub) {
            server = SseServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .endpoint("/events", request -> {
                        if (request.lastEventId() != null) {
                            resumed.incrementAndGet();
                        }
                        return SseReply.subscribe(hub, "t");
                    })
                    .endpoint(
                            "POST",
                            "/publish",
                            request -> SseReply.when(hub.publish("t", SseEvent.of(Requests.text(request.body())))
                                    .thenApply(id -> SseReply.stop())))
                    .start();
        }

        String url() {
            return "http://127.0.0.1:" + server.address().getPort() + "/events";
        }

        @Override
        public void close() {
            server.close();
        }
    }

    @Test
    void eventsGoToEachOfTheNodesByTurns() throws Exception {
        try (FaultyServer one = new FaultyServer(Fault.NONE, false);
                FaultyServer other = one.withPeer()) {
            assertThat(tool.load(one.url(), "burst --connections 4 --events 11 --url " + other.url()))
                    .as(tool.out() + tool.err())
                    .isZero();
            assertThat(one.events()).isEqualTo(6);
            assertThat(other.events()).isEqualTo(5);
        }
        assertThat(tool.out()).contains("11 answered", "delivered  44 of 44", "0 disordered");
    }

    @Test
    void eventsMayBePublishedElsewhereThanIsSubscribedTo() throws Exception {
        try (FaultyServer one = new FaultyServer(Fault.NONE, false);
                FaultyServer other = one.withPeer()) {
            assertThat(tool.load(one.url(), "burst --connections 4 --events 10 --publish-url " + other.url()))
                    .isZero();
            assertThat(one.events()).isZero();
        }
    }

    @Test
    void anOrderThatIsNotTheSameOnAllNodesIsFoundAndIsExitCodeThree() throws Exception {
        try (FaultyServer one = new FaultyServer(Fault.ORDERS_BY_NODE, false);
                FaultyServer other = one.withPeer()) {
            assertThat(tool.load(one.url(), "burst --connections 4 --events 10 --url " + other.url()))
                    .as(tool.out() + tool.err())
                    .isEqualTo(3);
        }
        assertThat(tool.out())
                .contains("0 lost, 0 doubled, 0 reordered")
                .containsPattern("verdict    [0-9]+ events came in another order than to other streams\n");
    }

    @Test
    void nodesThatKnowNothingOfEachOtherLoseHalf() {
        try (Relay a = LoadTool.relay();
                Relay b = LoadTool.relay()) {
            assertThat(tool.load(
                            LoadTool.url(a) + "/events",
                            "burst --connections 4 --events 10 --drain 4s --url " + LoadTool.url(b) + "/events"))
                    .as(tool.err())
                    .isEqualTo(3);
        }
        assertThat(tool.out()).contains("verdict    20 events were lost\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rate --connections 1 --url http://127.0.0.1:1/ | connections: 1 (expected: >= 2, one for each url)
                    rate --url a:b:c                               | url: a:b:c (expected: http://host:port/path, or https)
                    """)
    void badUseIsOneLineAndExitCodeTwo(String arguments, String line) {
        assertThat(tool.load("http://127.0.0.1:1/events", arguments)).isEqualTo(2);

        assertThat(tool.err().lines()).singleElement().asString().startsWith("sse-examples: " + line);
        assertThat(tool.out()).isEmpty();
    }

    @Test
    void theNodeThatTakesNoEventsIsNamed() {
        try (Relay a = relay();
                Relay b = relay()) {
            String nowhere = LoadTool.url(b) + "/nothing";
            assertThat(tool.load(
                            LoadTool.url(a) + "/events",
                            "burst --publish-url " + LoadTool.url(a) + "/publish --publish-url " + nowhere))
                    .isEqualTo(2);
            assertThat(tool.err())
                    .isEqualToNormalizingNewlines(
                            "sse-examples: cannot publish to " + nowhere + ": the answer was 404\n");
        }
    }
}
