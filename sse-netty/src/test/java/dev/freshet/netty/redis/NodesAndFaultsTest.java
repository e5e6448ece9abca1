package dev.freshet.netty.redis;

import static dev.freshet.fixtures.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.RedisProcess;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three nodes with clients, and what happens to their Redis; who is told a reset is counted. */
class NodesAndFaultsTest extends RedisFixture {
    private static final int NODES = 3;
    private static final int LIVE_OF_EACH = 10;
    private static final int EVENTS = 20;
    /** What clients have read that left. */
    private static final int HALF = EVENTS / 2;

    private final List<Node> nodes = new ArrayList<>();
    private final List<RawSseClient> live = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private CuttingProxy proxy;

    /** What is done to the stream, and whether clients that had all of it have lost something by it. */
    private enum Fault {
        DELETED(true),
        FLUSHED(true),
        TRIMMED(false),
        RESTORED(true),
        FAILED_OVER(true);

        private final boolean isLoss;

        Fault(boolean isLoss) {
            this.isLoss = isLoss;
        }
    }

    private record Node(SseHub hub, SseServer server) {}

    private record Answer(String resume, String first, Set<String> data) {}

    private Node node() throws Exception {
        SseHub hub = keepHub(SseHub.builder().store(storeAt(proxy.port())).build());
        SseServer server = keep(SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .eventLoops(1)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .start());
        return new Node(hub, server);
    }

    private RawSseClient client(Node node, String... headers) throws IOException {
        RawSseClient client =
                keep(RawSseClient.connect("127.0.0.1", node.server.address().getPort()));
        client.without("stream-open").send("GET /events HTTP/1.1\r\nHost: h\r\n" + String.join("", headers) + "\r\n");
        return client;
    }

    private EventId publish(int node, String data) throws Exception {
        return get(nodes.get(node % NODES).hub.publish("t", SseEvent.of(data)));
    }

    /** What a client that names an id is told, and the events up to the newest. */
    private Answer ask(Node node, String id) throws IOException {
        try (RawSseClient client = client(node, "Last-Event-ID: " + id + "\r\n")) {
            String resume = String.valueOf(client.readHead().header("sse-resume"));
            ReferenceParser.Event event = client.readEvent();
            String first = event.type();
            Set<String> data = new HashSet<>();
            while (!event.data().equals("after")) {
                data.add(event.type().equals("message") ? event.data() : "");
                event = client.readEvent();
            }
            return new Answer(resume, first, data);
        }
    }

    private void happen(Fault fault) throws Exception {
        switch (fault) {
            case DELETED -> redis.call("DEL", KEY);
            case FLUSHED -> redis.call("FLUSHALL");
            case TRIMMED -> redis.call("XTRIM", KEY, "MAXLEN", "1");
            case RESTORED -> {
                redis.call("SAVE");
                Path older = Files.copy(folder.resolve("dump.rdb"), folder.resolve("older.rdb"));
                publishLost();
                redis.kill();
                Files.copy(older, folder.resolve("dump.rdb"), StandardCopyOption.REPLACE_EXISTING);
                redis.startAgain();
            }
            case FAILED_OVER -> {
                RedisProcess replica = keep(RedisProcess.start(Files.createDirectory(folder.resolve("replica"))));
                replica.call("REPLICAOF", "127.0.0.1", "" + redis.port());
                await("the replica has all", () -> replica.call("XLEN", KEY).equals(redis.call("XLEN", KEY)));
                replica.call("REPLICAOF", "NO", "ONE");
                publishLost();
                proxy.target(replica.port());
                redis.kill();
            }
        }
    }

    /** Acknowledged and delivered, and not in what Redis goes on with. */
    private void publishLost() throws Exception {
        for (int i = 0; i < NODES; i++) {
            publish(i, "lost " + i);
        }
        for (RawSseClient client : live) {
            client.readEvents(NODES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhoLostSomethingIsResetAndEveryNodeGivesTheSameAnswer(Fault fault) throws Exception {
        proxy = keep(CuttingProxy.before(redis.port()));
        for (int i = 0; i < NODES; i++) {
            nodes.add(node());
            for (int j = 0; j < LIVE_OF_EACH; j++) {
                live.add(client(nodes.get(i)));
            }
        }
        for (RawSseClient client : live) {
            assertThat(client.readHead().status()).isEqualTo(200);
        }
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            publish(i, "" + i);
        }
        for (RawSseClient client : live) {
            client.readEvents(HALF);
            ids.add(client.lastEventId());
            client.readEvents(EVENTS - HALF);
        }
        assertThat(ids)
                .as("the same id on every node")
                .hasSize(NODES * LIVE_OF_EACH)
                .containsOnly(ids.get(0));

        happen(fault);
        EventId after = publish(0, "after");
        for (Node node : nodes) {
            // who comes earlier hears of the fault there
            await("the node has read on", () -> node.hub.latest().compareTo(after) >= 0);
        }

        int resets = 0;
        Set<String> newest = new HashSet<>();
        for (RawSseClient client : live) {
            ReferenceParser.Event event = client.tryReadEvent();
            if (event == null) { // its stream ended, for what it was told is not what it is
                Node next = nodes.get(resets % NODES);
                assertThat(ask(next, client.lastEventId()))
                        .extracting(Answer::resume, Answer::first)
                        .containsExactly("reset", "stream-reset");
                resets++;
            } else {
                assertThat(event.data()).isEqualTo("after");
            }
            newest.add(client.lastEventId());
        }
        assertThat(resets).isEqualTo(fault.isLoss ? NODES * LIVE_OF_EACH : 0);
        assertThat(newest).hasSize(1);

        Set<Answer> answers = new HashSet<>();
        for (Node node : nodes) {
            answers.add(ask(node, ids.get(0)));
        }
        assertThat(answers).hasSize(1);
        if (fault.isLoss) {
            answers.add(ask(node(), ids.get(0)));
            assertThat(answers).as("also on a node that began later").hasSize(1);
        }
        assertThat(answers.iterator().next().resume).isEqualTo(fault.isLoss ? "reset" : "resumed");
    }
}
