package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.ToldStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come from another node, with a position that this one's tail has not brought yet. */
class RequestHubWaitTest extends ServerFixture {
    private static final String SEEN_ELSEWHERE = "2-7";

    private final ToldStore store = new ToldStore(sink -> sink.begins(id(0)));
    private final Recorder recorder = new Recorder();
    private final Semaphore asked = new Semaphore(0);

    private static EventId id(int number) {
        return new EventId(number, 7);
    }

    private void bring(int number) {
        byte[] body = EventEncoder.encodeBody(SseEvent.of("" + number));
        store.sink()
                .entry(
                        id(number),
                        System.currentTimeMillis(),
                        new StoredEntry(StoredEntry.Kind.EVENT, "t", body, null, null));
    }

    private SseServer server(Duration patience, CompletableFuture<Void> asked) {
        SseHub node = SseHub.builder().store(store).aheadPatience(patience).build();
        return serve(request -> {
            asked.complete(null);
            return SseReply.subscribe(node, "t");
        });
    }

    @Test
    void theNodeWaitsForThePositionAndResumes() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (RawSseClient client = client(server(Duration.ofSeconds(PATIENCE_SECONDS), asked))) {
            client.send("GET /events HTTP/1.1\r\nHost: h\r\nLast-Event-ID: " + SEEN_ELSEWHERE + "\r\n\r\n");
            asked.join();
            bring(1);
            bring(2);
            bring(3);

            assertThat(client.readHead().header("sse-resume")).isEqualTo("resumed");
            assertThat(client.readEvent().data()).isEqualTo("3");
        }
    }

    @Test
    void whereItDoesNotComeTheClientIsReset() throws Exception {
        try (RawSseClient client = client(server(Duration.ofMillis(10), new CompletableFuture<>()))) {
            RawSseClient.Head head = client.get("/events", "Last-Event-ID: " + SEEN_ELSEWHERE);

            assertThat(head.header("sse-resume")).isEqualTo("reset");
            assertThat(client.readEvent().data()).contains("\"reason\":\"ahead\"");
        }
    }

    private SseServer limited(Limits.Builder limits) {
        SseHub node = SseHub.builder()
                .store(store)
                .aheadPatience(Duration.ofMinutes(1))
                .build();
        Limits patient = limits.answerTimeout(Duration.ofMinutes(2)).build();
        return start(local().limits(patient).listener(recorder).endpoint("/events", request -> {
            asked.release();
            return SseReply.subscribe(node, "t").key("ada");
        }));
    }

    /** One event loop: who is asked behind it finds it waiting. */
    private RawSseClient waiting(SseServer server) throws Exception {
        RawSseClient client =
                sending(server, "GET /events HTTP/1.1\r\nHost: h\r\nLast-Event-ID: " + SEEN_ELSEWHERE + "\r\n\r\n");
        asked.acquire();
        return client;
    }

    private int status(SseServer server) throws Exception {
        return client(server).get("/events").status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connections", "connectionsPerAddress", "connectionsPerKey"})
    void whoWaitsCountsAsTheStreamThatItIsToBe(String limit) throws Exception {
        Limits.Builder limits = Limits.builder();
        switch (limit) {
            case "connections" -> limits.connections(1);
            case "connectionsPerAddress" -> limits.connectionsPerAddress(1);
            default -> limits.connectionsPerKey(1);
        }
        SseServer server = limited(limits);
        RawSseClient first = waiting(server);

        assertThat(status(server)).as("told to come later").isEqualTo(503);

        bring(2);
        assertThat(first.readHead().header("sse-resume")).isEqualTo("resumed");
        assertThat(status(server)).isEqualTo(503);
        first.close();
        recorder.nextClosed();
        assertThat(status(server)).as("it had one place").isEqualTo(200);
        assertThat(status(server)).isEqualTo(503);
    }

    @Test
    void whatWaitsIsBoundedInSumByTheBytesOfItsRequests() throws Exception {
        SseServer server =
                limited(Limits.builder().incompleteBytesPerConnection(14 << 10).incompleteBytes(14 << 10));
        String query = "?filling=" + "x".repeat(4 << 10);
        sending(
                server,
                "GET /events" + query + " HTTP/1.1\r\nHost: h\r\nLast-Event-ID: " + SEEN_ELSEWHERE + "\r\n\r\n");
        asked.acquire();

        assertThat(client(server).get("/events" + query).status())
                .as("told to come later")
                .isEqualTo(503);
        assertThat(status(server)).as("of a small one there is room").isEqualTo(200);
    }

    @Test
    void whoGoesWhileItWaitsLeavesItsPlace() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerKey(1));
        waiting(server).close();

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int status;
        do { // until the server has seen it
            status = status(server);
        } while (status == 503 && System.nanoTime() - end < 0);
        assertThat(status).isEqualTo(200);
    }

    @Test
    void whoIsAnsweredOtherwiseBehindItsWaitLeavesItsPlace() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerKey(1));
        RawSseClient client = client(server);
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\nLast-Event-ID: " + SEEN_ELSEWHERE + "\r\n\r\n");
        asked.acquire();
        assertThat(status(server)).isEqualTo(503);
        bring(2);

        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(status(server)).isEqualTo(200);
    }
}
