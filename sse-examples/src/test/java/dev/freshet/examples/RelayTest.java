package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RelayTest {

    private static final int BURST = 1_000;

    private Relay relay;
    private Caller caller;

    @BeforeEach
    void start() {
        relay = Relay.start(
                SseHub.builder(), SseServer.builder().host("127.0.0.1").port(0), new Guard());
        caller = new Caller(relay.server());
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void whatIsPublishedReachesThoseWhoFollowTheTopic() throws Exception {
        try (RawSseClient client = caller.follow("/events?topic=a&topic=b")) {
            caller.post("/publish?topic=c", "not for us");
            HttpResponse<String> answer = caller.post("/publish?topic=b&type=tick", "zwölf\nUhr 🕛");

            Event event = client.readEvent();
            assertThat(event.type()).isEqualTo("tick");
            assertThat(event.data()).isEqualTo("zwölf\nUhr 🕛");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(answer.body()).isEqualTo("{\"id\":\"" + event.lastEventId() + "\"}");
        }
    }

    @Test
    void withoutATopicItIsTheDefaultOneAndWithoutATypeItIsAMessage() throws Exception {
        try (RawSseClient client = caller.follow("/events")) {
            caller.post("/publish", "first");
            caller.post("/publish?topic=default&type=", "second");

            assertThat(client.readEvents(2)).extracting(Event::data).containsExactly("first", "second");
        }
    }

    @Test
    void anEmptyBodyIsAnEventWithEmptyData() throws Exception {
        try (RawSseClient client = caller.follow("/events")) {
            assertThat(caller.post("/publish", "").statusCode()).isEqualTo(200);
            caller.post("/publish", "after");

            assertThat(caller.get("/stats").body()).contains("\"published\":2");
            assertThat(client.readEvent().data()).isIn("", "after");
        }
    }

    @Test
    void pipelinedPublishesAreAnsweredInOrder() throws Exception {
        String body = "x".repeat(120);
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < BURST; i++) {
            requests.append("POST /publish?topic=burst HTTP/1.1\r\nHost: x\r\nContent-Length: 124\r\n\r\n")
                    .append(String.format("%04d", i))
                    .append(body);
        }
        try (RawSseClient follower = caller.follow("/events?topic=burst");
                RawSseClient publisher = caller.connect()) {
            publisher.send(requests.toString());

            List<EventId> ids = new ArrayList<>();
            for (int i = 0; i < BURST; i++) {
                RawSseClient.Head head = publisher.readHead();
                assertThat(head.status()).isEqualTo(200);
                ids.add(EventId.parse(id(publisher, head)));
            }
            List<Event> events = follower.readEvents(BURST);
            assertThat(ids).isSorted().doesNotHaveDuplicates();
            assertThat(events)
                    .extracting(Event::lastEventId)
                    .isEqualTo(ids.stream().map(EventId::toString).toList());
            for (int i = 0; i < BURST; i++) {
                assertThat(events.get(i).data()).startsWith(String.format("%04d", i));
            }
        }
    }

    @Test
    void aRefusalKeepsItsPlaceBetweenPipelinedAnswers() throws Exception {
        String good = "POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
        String bad = "POST /publish?topic= HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
        try (RawSseClient client = caller.connect()) {
            client.send(good + bad + good);

            for (int status : new int[] {200, 400, 200}) {
                RawSseClient.Head head = client.readHead();
                assertThat(head.status()).isEqualTo(status);
                body(client, head);
            }
        }
    }

    @Test
    void connectionCloseIsHonoured() throws Exception {
        try (RawSseClient client = caller.connect()) {
            client.send("POST /publish HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");

            RawSseClient.Head head = client.readHead();
            assertThat(head.header("connection")).isEqualTo("close");
            assertThat(new String(client.readToEnd(), StandardCharsets.UTF_8)).startsWith("{\"id\":");
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws Exception {
        try (RawSseClient client = caller.connect()) {
            client.send("POST /publish HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(100);

            client.send("hi");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(body(client, head)).startsWith("{\"id\":");
        }
    }

    @Test
    void aChunkedBodyIsPublishedWhole() throws Exception {
        try (RawSseClient follower = caller.follow("/events");
                RawSseClient client = caller.connect()) {
            client.send("POST /publish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            client.send("2\r\nde\r\n0\r\n\r\n");

            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(follower.readEvent().data()).isEqualTo("abcde");
        }
    }

    @Test
    void disconnectClosesEveryStreamAndTheClientsResume() throws Exception {
        RawSseClient first = caller.follow("/events?topic=a");
        RawSseClient second = caller.follow("/events?topic=b");
        caller.post("/publish?topic=a", "1");
        Event seen = first.readEvent();

        assertThat(caller.post("/disconnect", "").body()).isEqualTo("{\"closed\":2}");
        caller.post("/publish?topic=a", "2");

        assertThat(first.tryReadEvent()).isNull();
        assertThat(second.tryReadEvent()).isNull();
        try (RawSseClient again = caller.connect()) {
            RawSseClient.Head head = again.get("/events?topic=a", "Last-Event-ID: " + seen.lastEventId());
            assertThat(head.header("SSE-Resume")).isEqualTo("resumed");
            assertThat(again.readEvent().data()).isEqualTo("2");
        }
        first.close();
        second.close();
    }

    @Test
    void statsTellWhatWasDone() throws Exception {
        try (RawSseClient client = caller.follow("/events?topic=a&topic=b")) {
            caller.post("/publish?topic=a", "1");
            caller.post("/publish?topic=b", "2");
            client.readEvents(2);

            JsonNode stats = Caller.json(caller.get("/stats").body());
            assertThat(stats.get("connections").asInt()).isEqualTo(1);
            assertThat(stats.get("topics").asInt()).isEqualTo(2);
            assertThat(stats.get("published").asLong()).isEqualTo(2);
            assertThat(stats.get("deliveredBytes").asLong()).isPositive();
            assertThat(stats.get("heldBytes").asLong()).isPositive();
            assertThat(stats.has("hub")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,/publish,POST", "DELETE,/stats,'GET, HEAD'", "GET,/disconnect,POST"})
    void aWrongMethodIsToldWhichAreAllowed(String method, String path, String allowed) {
        HttpResponse<String> answer = caller.call(method, path);

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue(allowed);
        assertThat(caller.get("/stats").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/event", "/publish/"})
    void anUnknownPathIsNotFound(String path) {
        HttpResponse<String> answer = caller.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("{\"error\":\"" + path + ": no such path\"}");
    }

    @Test
    void headIsAnsweredLikeGetWithoutABody() {
        HttpResponse<String> answer = caller.call("HEAD", "/stats");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    private static String id(RawSseClient client, RawSseClient.Head head) throws Exception {
        return Caller.json(body(client, head)).get("id").asString();
    }

    private static String body(RawSseClient client, RawSseClient.Head head) throws Exception {
        int length = Integer.parseInt(String.valueOf(head.header("content-length")));
        return new String(client.readBytes(length), StandardCharsets.UTF_8);
    }
}
