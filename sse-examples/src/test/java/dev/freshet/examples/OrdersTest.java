package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.NodeProcess.End;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class OrdersTest {
    private static final String EVENTS = "/orders/events";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private Orders orders() throws Exception {
        return Orders.start(
                new Outbox(OrdersCommand.url(folder)),
                SseServer.builder().host("127.0.0.1").port(0));
    }

    @Test
    void anOrderThatIsAnsweredIsAnEventWithTheIdThatItsRowNames() throws Exception {
        try (Orders orders = orders()) {
            Caller caller = new Caller(orders.server());
            HttpResponse<String> answer = caller.post("/orders", "tea");
            assertThat(answer.statusCode()).isEqualTo(201);
            try (RawSseClient client = caller.follow(EVENTS)) {
                assertThat(client.readEvent()).isEqualTo(new Event("order", answer.body(), event(answer.body())));
            }
        }
    }

    @Test
    void anOrderIsToldToWhoFollowsAlready() throws Exception {
        try (Orders orders = orders();
                RawSseClient client = new Caller(orders.server()).follow(EVENTS)) {
            new Caller(orders.server()).post("/orders", "tea");
            assertThat(item(client.readEvent())).isEqualTo("tea");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anOrderOfNothingIsRefusedAndNotTold(String item) throws Exception {
        try (Orders orders = orders()) {
            Caller caller = new Caller(orders.server());
            assertThat(caller.post("/orders", item).statusCode()).isEqualTo(400);
            caller.post("/orders", "tea");
            try (RawSseClient client = caller.follow(EVENTS)) {
                assertThat(item(client.readEvent())).isEqualTo("tea");
            }
        }
    }

    @Test
    void aClientThatHasSeenNothingYetReceivesAllAfterARestart() throws Exception {
        try (Orders orders = orders()) {
            new Caller(orders.server()).post("/orders", "tea");
        }
        try (Orders orders = orders();
                RawSseClient client = new Caller(orders.server()).follow(EVENTS)) {
            assertThat(item(client.readEvent())).isEqualTo("tea");
        }
    }

    @Test
    void whoReturnsWithARowThatIsNotKeptIsTold() throws Exception {
        try (Orders orders = orders();
                RawSseClient client = new Caller(orders.server()).follow(EVENTS, "Last-Event-ID: 7")) {
            assertThat(client.readEvent().type()).isEqualTo("stream-reset");
        }
    }

    @Test
    void whoReturnsToANewDatabaseIsTold() throws Exception {
        String seen;
        try (Orders orders = inMemory()) {
            seen = event(new Caller(orders.server()).post("/orders", "tea").body());
        }
        try (Orders orders = inMemory()) {
            new Caller(orders.server()).post("/orders", "coffee");
            try (RawSseClient client = new Caller(orders.server()).follow(EVENTS, "Last-Event-ID: " + seen)) {
                assertThat(client.readEvent().type()).isEqualTo("stream-reset");
                assertThat(item(client.readEvent())).isEqualTo("coffee");
            }
        }
    }

    private static Orders inMemory() throws Exception {
        return Orders.start(
                new Outbox(OrdersCommand.url(null)),
                SseServer.builder().host("127.0.0.1").port(0));
    }

    /** Whatever the moment at which it ends: between an order and its answer, or in a transaction. */
    @ParameterizedTest
    @EnumSource
    void nothingIsLostOrDoubledWhenTheProcessEndsWhileOrdersAreTaken(End how) throws Exception {
        try (NodeProcess node = NodeProcess.start("orders", "--database", folder.toString())) {
            order(node.port); // so that its classes are loaded
            CompletableFuture<List<String>> answers = CompletableFuture.supplyAsync(() -> orderUntilTheEnd(node.port));
            List<Event> seen = new ArrayList<>();
            try (RawSseClient client = at(node.port)) {
                client.get(EVENTS);
                seen.addAll(client.readEvents(20));
            }
            node.end(how);
            List<String> answered = answers.join();
            node.start();
            String last = order(node.port);
            try (RawSseClient client = at(node.port)) {
                assertThat(client.get(
                                        EVENTS,
                                        "Last-Event-ID: "
                                                + seen.get(seen.size() - 1).lastEventId())
                                .header("sse-resume"))
                        .isEqualTo("resumed");
                while (!seen.get(seen.size() - 1).data().equals(last)) {
                    seen.add(client.readEvent());
                }
            }
            assertThat(seen)
                    .extracting(event -> Caller.json(event.data()).at("/id").asLong())
                    .isEqualTo(LongStream.rangeClosed(1, seen.size()).boxed().toList());
            assertThat(seen).extracting(Event::lastEventId).doesNotHaveDuplicates();
            assertThat(seen).extracting(Event::data).containsSubsequence(answered);
            assertThat(seen).extracting(OrdersTest::item).doesNotHaveDuplicates();
        }
    }

    private static RawSseClient at(int port) throws IOException {
        return RawSseClient.connect("127.0.0.1", port).patience(Duration.ofMinutes(1));
    }

    /** Orders one after another until the process has ended, and returns what it has answered. */
    private static List<String> orderUntilTheEnd(int port) {
        List<String> answered = new ArrayList<>();
        try {
            while (true) {
                answered.add(order(port));
            }
        } catch (IOException e) { // it has ended
            return answered;
        }
    }

    /** Orders until an order is answered: whether one is written that is not answered in time, nobody knows. */
    private static String order(int port) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders"));
        try {
            HttpResponse<String> answer;
            do {
                String item = UUID.randomUUID().toString();
                answer = CLIENT.send(request.POST(BodyPublishers.ofString(item)).build(), BodyHandlers.ofString());
            } while (answer.statusCode() != 201);
            return answer.body();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String event(String order) {
        return Caller.json(order).at("/event").asString();
    }

    private static String item(Event event) {
        return Caller.json(event.data()).at("/item").asString();
    }
}
