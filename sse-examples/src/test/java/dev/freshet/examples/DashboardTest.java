package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DashboardTest {

    private Dashboard dashboard;
    private Caller caller;

    @BeforeEach
    void start() {
        dashboard = Dashboard.start(SseServer.builder().host("127.0.0.1").port(0));
        caller = new Caller(dashboard.server());
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html",
        "/style.css,text/css",
        "/dashboard.js,text/javascript",
        "/stream.js,text/javascript",
        "/shared.js,text/javascript",
        "/worker.js,text/javascript",
        "/charts.js,text/javascript",
        "/icon.svg,image/svg+xml"
    })
    void thePageAndItsPartsAreServed(String path, String type) {
        HttpResponse<String> answer = caller.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                .startsWith("default-src 'none'");
        assertThat(answer.body()).doesNotContain("https://");
    }

    @Test
    void theStatusFeedBeginsWithTheStatusNowAndGoesOnEverySecond() throws Exception {
        try (RawSseClient client = caller.follow("/api/events")) {
            List<Event> events = client.readEvents(3);

            assertThat(events).extracting(Event::type).containsOnly("message");
            JsonNode first = Caller.json(events.get(0).data());
            assertThat(Instant.parse(first.get("timestamp").asString())).isBeforeOrEqualTo(Instant.now());
            assertThat(first.get("users_online").asInt()).isEqualTo(1);
            assertThat(first.get("server_status").asString()).isIn("operational", "under load");
        }
    }

    @Test
    void usersOnlineIsTheNumberOfStreamsThatAreOpen() throws Exception {
        try (RawSseClient notes = caller.follow("/api/notifications");
                RawSseClient status = caller.follow("/api/events")) {
            assertThat(usersOnline(status)).isEqualTo(2);
            readUntilOnline(status, 2);

            notes.close();
            readUntilOnline(status, 1);
        }
    }

    @Test
    void theNewsFeedBeginsWithWhatWasInTheNews() throws Exception {
        try (RawSseClient client = caller.follow("/api/news-feed")) {
            Event article = client.readEvent();

            assertThat(article.type()).isEqualTo("article");
            assertThat(Caller.json(article.data()).get("headline").asString()).isNotBlank();
        }
    }

    @Test
    void theMetricsAreThoseOfThisJvm() throws Exception {
        try (RawSseClient client = caller.follow("/api/dashboard")) {
            Event event = client.readEvent();

            assertThat(event.type()).isEqualTo("metrics");
            JsonNode metrics = Caller.json(event.data());
            assertThat(metrics.get("heap_max").asLong())
                    .isEqualTo(Runtime.getRuntime().maxMemory());
            assertThat(metrics.get("heap_used").asLong()).isPositive();
            assertThat(metrics.get("cpu_load").asDouble()).isBetween(0.0, 1.0);
            assertThat(metrics.get("threads").asInt()).isPositive();
        }
    }

    @Test
    void aNotificationReachesAllWhoListen() throws Exception {
        try (RawSseClient first = caller.follow("/api/notifications");
                RawSseClient second = caller.follow("/api/notifications?client=other")) {
            HttpResponse<String> answer = caller.post("/api/notify", "Grüße an alle");

            assertThat(answer.statusCode()).isEqualTo(200);
            String id = Caller.json(answer.body()).get("id").asString();
            for (RawSseClient client : List.of(first, second)) {
                Event event = client.readEvent();
                assertThat(event.type()).isEqualTo("notification");
                assertThat(event.lastEventId()).isEqualTo(id);
                assertThat(Caller.json(event.data()).get("message").asString()).isEqualTo("Grüße an alle");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 281})
    void aNotificationWithoutAMessageOrWithATooLongOneIsRefused(int length) {
        HttpResponse<String> answer = caller.post("/api/notify", "x".repeat(length));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("{\"error\":\"message: " + length + " characters (expected: 1 to 280)\"}");
    }

    @Test
    void aNotificationThatIsNotInUtf8IsRefused() {
        HttpResponse<String> answer = caller.post("/api/notify", new byte[] {'h', 'i', (byte) 0xFF});

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("{\"error\":\"body: malformed (expected: UTF-8)\"}");
    }

    @Test
    void aClientThatIsCutOffResumesWithNothingLostAndOthersAreLeftAlone() throws Exception {
        try (RawSseClient other = caller.follow("/api/events?client=b");
                RawSseClient client = caller.follow("/api/events?client=a")) {
            client.readEvent(); // the snapshot
            long last = number(client.readEvent());
            String lastEventId = client.lastEventId();

            assertThat(caller.post("/api/cut?client=a", "").body()).isEqualTo("{\"closed\":1}");
            for (Event event = client.tryReadEvent(); event != null; event = client.tryReadEvent()) {
                last = number(event);
                lastEventId = event.lastEventId();
            }
            other.readEvents(3); // time goes by, and what is published is missed

            try (RawSseClient again = caller.connect()) {
                RawSseClient.Head head = again.get("/api/events?client=a", "Last-Event-ID: " + lastEventId);
                assertThat(head.header("SSE-Resume")).isEqualTo("resumed");
                assertThat(number(again.readEvent())).isEqualTo(last + 1);
                assertThat(number(again.readEvent())).isEqualTo(last + 2);
            }
        }
    }

    @Test
    void oneStreamFollowsAllFeeds() throws Exception {
        try (RawSseClient metrics = caller.follow("/api/dashboard");
                RawSseClient news = caller.follow("/api/news-feed")) {
            metrics.readEvent(); // both have been published
            news.readEvent();
        }
        try (RawSseClient client = caller.follow("/api/feeds")) {
            List<String> types = new ArrayList<>();
            for (Event event = client.readEvent(); !event.type().equals("message"); event = client.readEvent()) {
                types.add(event.type());
            }
            assertThat(types).contains("metrics", "article"); // the state now, which the status ends

            caller.post("/api/notify", "High water at six");
            Event event = client.readEvent();
            while (!event.type().equals("notification")) {
                event = client.readEvent();
            }
            assertThat(Caller.json(event.data()).get("message").asString()).isEqualTo("High water at six");
        }
    }

    @Test
    void aStreamOfOneNotificationEndsAndWhoComesBackIsToldToStop() throws Exception {
        try (RawSseClient client = caller.follow("/api/notify");
                RawSseClient again = caller.connect()) {
            assertThat(client.readEvent().type()).isEqualTo("notification");
            assertThat(client.readEvent().type()).isEqualTo("done");

            assertThat(client.tryReadEvent()).isNull();
            assertThat(again.get("/api/notify", "Last-Event-ID: " + client.lastEventId())
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void aCutWithoutAClientIsRefused() {
        assertThat(caller.post("/api/cut", "").statusCode()).isEqualTo(400);
    }

    @Test
    void aCutOfTwoClientsIsRefused() {
        HttpResponse<String> answer = caller.post("/api/cut?client=a&client=b", "");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("{\"error\":\"client: 2 of them (expected: at most one)\"}");
    }

    @Test
    void oneLoadBurnsAtATime() {
        assertThat(caller.post("/api/load", "").body()).isEqualTo("{\"started\":true,\"seconds\":8}");
        assertThat(caller.post("/api/load", "").body()).isEqualTo("{\"started\":false,\"seconds\":8}");
    }

    /** A status may have been counted a moment before a stream opened, or its end was known. */
    private static void readUntilOnline(RawSseClient client, int count) throws Exception {
        int online = usersOnline(client);
        for (int i = 0; i < 20 && online != count; i++) {
            online = usersOnline(client);
        }
        assertThat(online).isEqualTo(count);
    }

    private static int usersOnline(RawSseClient client) throws Exception {
        return Caller.json(client.readEvent().data()).get("users_online").asInt();
    }

    private static long number(Event event) {
        return Caller.json(event.data()).get("number").asLong();
    }
}
