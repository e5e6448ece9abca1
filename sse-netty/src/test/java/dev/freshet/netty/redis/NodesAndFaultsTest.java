package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.harness.RedisProcess;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three nodes with clients, a publisher that goes on, and what happens to their Redis; the resets are counted. */
class NodesAndFaultsTest extends RedisFixture {
    private static final int NODES = 3;
    /** The clients of each node that stay, that come back behind the fault, and that come back ahead of it. */
    private static final int CLIENTS_OF_EACH = 10;

    private static final int EVENTS = 20;
    /** What clients have read that left. */
    private static final int HALF = EVENTS / 2;
    /** What is published at least after the fault. */
    private static final int MORE = 20;

    private final List<Node> nodes = new ArrayList<>();
    private final List<RawSseClient> live = new ArrayList<>();
    private final List<EventId> ids = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private CuttingProxy proxy;

    /** What is done to the stream, and whether clients that had all of it have lost something by it. */
    private enum Fault {
        DELETED(true),
        FLUSHED(true),
        TRIMMED(false),
        RESTORED(true),
        FAILED_OVER(true),
        DEMOTED(true);

        private final boolean isLoss;

        Fault(boolean isLoss) {
            this.isLoss = isLoss;
        }
    }

    private record Node(SseHub hub, SseServer server) {}

    /** An event that was acknowledged. */
    private record Published(EventId id, String data) {}

    /** What a client was told: how it resumed, its resets, and the data of its events. */
    private record Answer(String resume, int resets, List<String> data) {}

    /** Publishes on one node after the other, one event at a time, until it is stopped. */
    private final class Publisher implements AutoCloseable {
        private final List<Published> acknowledged = new CopyOnWriteArrayList<>();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final Thread thread = new Thread(this::run);
        private volatile boolean isStopped;

        Publisher start() {
            thread.start();
            awaitMore(1);
            return this;
        }

        private void run() {
            for (int i = 0; !isStopped; i++) {
                try {
                    acknowledged.add(new Published(publish(i, "on " + i), "on " + i));
                } catch (ExecutionException e) {
                    failures.add(Objects.requireNonNull(e.getCause()));
                } catch (Exception e) {
                    failures.add(e);
                }
            }
        }

        void awaitMore(int count) {
            int size = acknowledged.size();
            await(count + " more events", () -> acknowledged.size() >= size + count);
        }

        List<String> data(int from) {
            return acknowledged.stream().skip(from).map(Published::data).toList();
        }

        @Override
        public void close() throws InterruptedException {
            isStopped = true;
            thread.join();
        }
    }

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

    /** Waits until every node has read an event; a client that comes before hears of the fault there. */
    private void awaitRead(EventId id) {
        for (Node node : nodes) {
            await("the node has read " + id, () -> node.hub.latest().compareTo(id) >= 0);
        }
    }

    /** What a client that names an id is told, up to the last event. */
    private Answer ask(Node node, String id) throws IOException {
        try (RawSseClient client = client(node, "Last-Event-ID: " + id + "\r\n")) {
            String resume = String.valueOf(client.readHead().header("sse-resume"));
            int resets = 0;
            List<String> data = new ArrayList<>();
            ReferenceParser.Event event = client.readEvent();
            while (!event.data().equals("after")) {
                if (event.type().equals("stream-reset")) {
                    resets++;
                } else {
                    data.add(event.data());
                }
                event = client.readEvent();
            }
            return new Answer(resume, resets, data);
        }
    }

    /** The one answer that a number of clients with the same id get on each node. */
    private Answer ask(List<Node> of, EventId id) throws IOException {
        Set<Answer> answers = new HashSet<>();
        for (Node node : of) {
            for (int i = 0; i < CLIENTS_OF_EACH; i++) {
                answers.add(ask(node, id.toString()));
            }
        }
        assertThat(answers).as("the same on every node").hasSize(1);
        return answers.iterator().next();
    }

    private void happen(Fault fault) throws Exception {
        switch (fault) {
            case DELETED -> redis.call("DEL", KEY);
            case FLUSHED -> redis.call("FLUSHALL");
            case TRIMMED -> {
                EventId read = ids.get(EVENTS - 1); // by every node
                redis.call("XTRIM", KEY, "MINID", read.millis() + "-" + (read.sequence() >>> 32));
            }
            case RESTORED -> {
                Path older = copy();
                publishLost();
                restore(older);
            }
            case FAILED_OVER -> {
                RedisProcess replica = promotedReplica();
                publishLost();
                proxy.target(replica.port());
                redis.kill();
            }
            case DEMOTED -> {
                RedisProcess replica = promotedReplica();
                publishLost();
                redis.call("REPLICAOF", "127.0.0.1", "" + replica.port());
                proxy.target(replica.port()); // what is connected stays with the old master, which answers
            }
        }
    }

    private RedisProcess promotedReplica() throws Exception {
        RedisProcess replica = keep(RedisProcess.start(Files.createDirectory(folder.resolve("replica"))));
        replica.call("REPLICAOF", "127.0.0.1", "" + redis.port());
        awaitEntries(replica, Integer.parseInt(redis.call("XLEN", KEY)));
        replica.call("REPLICAOF", "NO", "ONE");
        return replica;
    }

    /** Acknowledged and delivered, and not in what Redis goes on with. */
    private void publishLost() throws Exception {
        for (int i = 0; i < NODES; i++) {
            awaitRead(publish(i, "lost " + i));
        }
    }

    private void startNodes() throws Exception {
        proxy = keep(CuttingProxy.before(redis.port()));
        for (int i = 0; i < NODES; i++) {
            nodes.add(node());
            for (int j = 0; j < CLIENTS_OF_EACH; j++) {
                live.add(client(nodes.get(i)));
            }
        }
        for (RawSseClient client : live) {
            assertThat(client.readHead().status()).isEqualTo(200);
        }
        for (int i = 0; i < EVENTS; i++) {
            ids.add(publish(i, "" + i));
        }
        for (RawSseClient client : live) {
            client.readEvents(HALF);
            assertThat(client.lastEventId())
                    .as("the same id on every node")
                    .isEqualTo(ids.get(HALF - 1).toString());
            client.readEvents(EVENTS - HALF);
        }
    }

    /** Reads what a client that stays is told; counts the resets it gets where it comes back after its stream ended. */
    private int readOn(RawSseClient client, Publisher publisher, int after, Fault fault) throws Exception {
        List<String> data = new ArrayList<>();
        ReferenceParser.Event event = client.tryReadEvent();
        while (event != null && !event.data().equals("after")) {
            data.add(event.data());
            event = client.tryReadEvent();
        }
        if (event != null) {
            assertThat(data).as("each once, in order").isEqualTo(publisher.data(0));
            return 0;
        }
        assertThat(fault.isLoss).as("its stream ended").isTrue();
        Answer answer = ask(nodes.get(data.size() % NODES), client.lastEventId());
        assertThat(answer.resume).isEqualTo("reset");
        assertThat(answer.data).endsWith(publisher.data(after).toArray(String[]::new));
        return answer.resets;
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhoLostSomethingIsResetAndEveryNodeGivesTheSameAnswer(Fault fault) throws Exception {
        startNodes();
        Publisher publisher = keep(new Publisher()).start();

        happen(fault);
        int after = publisher.acknowledged.size() + 1; // one may be in flight
        publisher.awaitMore(MORE);
        publisher.close();
        awaitRead(publish(0, "after"));

        assertThat(publisher.failures)
                .as("not kept, or lost before its node had read it")
                .allSatisfy(failure -> assertThat(failure.getMessage()).startsWith("store: lost "));
        int resets = 0;
        for (RawSseClient client : live) {
            resets += readOn(client, publisher, after, fault);
        }
        assertThat(resets).as("of who stayed").isEqualTo(fault.isLoss ? live.size() : 0);

        Node later = node();
        List<Node> all = new ArrayList<>(nodes);
        all.add(later);
        Answer ahead = ask(all, publisher.acknowledged.get(after).id);
        assertThat(ahead).isEqualTo(new Answer("resumed", 0, publisher.data(after + 1)));
        EventId behind = ids.get(HALF - 1);
        if (fault.isLoss) {
            Answer reset = ask(all, behind);
            assertThat(reset).extracting(Answer::resume, Answer::resets).containsExactly("reset", 1);
            assertThat(reset.data).endsWith(publisher.data(after).toArray(String[]::new));
        } else { // a node that begins later has not what the others have read
            assertThat(ask(nodes, behind))
                    .extracting(Answer::resume, Answer::resets)
                    .containsExactly("resumed", 0);
            assertThat(ask(List.of(later), behind))
                    .extracting(Answer::resume, Answer::resets)
                    .containsExactly("reset", 1);
            assertThat(ask(all, ids.get(EVENTS - 1))).isEqualTo(new Answer("resumed", 0, publisher.data(0)));
        }
    }
}
