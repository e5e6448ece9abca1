package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether the metrics of a relay under load say what its clients have seen. */
class RelayMetricsTest {

    private static final int STREAMS = 200;
    private static final int EVENTS = 50;
    private static final int CUTS = 20;
    private static final int RETAINED = 40;

    private Relay relay;
    private Caller caller;
    private final List<RawSseClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        relay = Relay.start(
                SseHub.builder()
                        .retention(Retention.builder().maxEvents(RETAINED).build()),
                SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .eventLoops(2)
                        .heartbeat(Duration.ofMillis(400))
                        .strictAccept(),
                new Guard());
        caller = new Caller(relay.server());
    }

    @AfterEach
    void stop() throws Exception {
        for (RawSseClient client : clients) {
            client.close();
        }
        relay.close();
    }

    private Scrape scrape() {
        HttpResponse<String> answer = caller.get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        return new Scrape(answer.body());
    }

    /** Scrapes until the value is that; a scrape may be a moment old, and a client sees its end before it is counted. */
    private void assertSeries(String name, String tags, double expected) {
        double seen = Double.NaN;
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (seen != expected && System.nanoTime() < end) {
            seen = scrape().value(name, tags);
        }
        assertThat(seen).as(name + tags).isEqualTo(expected);
    }

    private RawSseClient follow(String path, String... headers) throws Exception {
        RawSseClient client = caller.follow(path, headers);
        clients.add(client);
        return client;
    }

    private long publish(int count) {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            HttpResponse<String> answer = caller.post("/publish?topic=t", "event " + i);
            String id = Caller.json(answer.body()).get("id").asString();
            bytes += ("data: event " + i + "\nid: " + id + "\n\n").getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }

    @Test
    void everyCounterSaysWhatTheClientsHaveSeen() throws Exception {
        for (int i = 0; i < STREAMS; i++) {
            follow("/events?topic=t");
        }
        long bytes = publish(EVENTS);
        String last = "";
        for (RawSseClient client : clients) {
            assertThat(client.readEvents(EVENTS)).hasSize(EVENTS);
            last = client.lastEventId();
        }
        for (int i = 0; i < CUTS; i++) {
            clients.get(i).cut();
        }
        assertSeries("freshet_streams_closed_total", "reason=\"peer\"", CUTS);
        RawSseClient resumed = follow("/events?topic=t", "Last-Event-ID: " + last);
        RawSseClient reset = follow("/events?topic=t", "Last-Event-ID: unknown");
        assertThat(reset.readEvent().type()).isEqualTo("stream-reset");
        assertThat(reset.readEvents(RETAINED)).hasSize(RETAINED);
        for (int i = 0; i < 3; i++) {
            assertThat(caller.get("/none").statusCode()).isEqualTo(404);
            assertThat(caller.call("PUT", "/events").statusCode()).isEqualTo(405);
        }
        long more = publish(1);
        assertThat(resumed.readEvent().data()).isEqualTo("event 0");
        assertThat(reset.readEvent().data()).isEqualTo("event 0");
        for (RawSseClient client : clients.subList(CUTS, STREAMS)) {
            assertThat(client.readEvent().data()).isEqualTo("event 0");
        }
        String streams = "kind=\"hub\",path=\"/events\",protocol=\"HTTP/1.1\"";

        assertSeries("freshet_streams_open", streams, STREAMS - CUTS + 2);
        assertSeries("freshet_streams_opened_total", streams, STREAMS + 2);
        assertSeries("freshet_streams_closed_total", "reason=\"peer\"", CUTS);
        assertSeries("freshet_streams_closed_total", "reason=\"lagged\"", 0);
        assertSeries("freshet_streams_resumes_total", "outcome=\"fresh\"", STREAMS);
        assertSeries("freshet_streams_resumes_total", "outcome=\"resumed\"", 1);
        assertSeries("freshet_streams_resumes_total", "outcome=\"reset\"", 1);
        assertSeries("freshet_streams_resets_total", "reason=\"unknown\"", 1);
        assertSeries("freshet_requests_refused_total", "status=\"404\",why=\"application\"", 3);
        assertSeries("freshet_requests_refused_total", "status=\"405\",why=\"application\"", 3);
        assertSeries("freshet_published_events_total", "hub=\"relay\"", EVENTS + 1);
        assertSeries("freshet_published_bytes_total", "hub=\"relay\"", bytes + more);
        assertSeries("freshet_delivered_events_total", "", STREAMS * EVENTS + RETAINED + STREAMS - CUTS + 2);
        assertSeries("freshet_retained_events", "hub=\"relay\"", RETAINED);
        assertSeries("freshet_topics", "hub=\"relay\"", 1);
        assertSeries("freshet_event_loops", "", 2);
        assertSeries("freshet_server_state", "state=\"serving\"", 1);
        assertSeries("freshet_streams_cut_total", "", 0);
        assertSeries("freshet_sockets_refused_total", "", 0);
        assertSeries("freshet_generations_running", "hub=\"relay\"", 0);
    }

    @Test
    void whatIsSampledHasSamples() throws Exception {
        RawSseClient client = follow("/events?topic=t");
        follow("/events?topic=silent"); // is sent heartbeats
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Scrape scrape = scrape();
        while (System.nanoTime() < end
                && !(scrape.value("freshet_publish_latency_seconds_count", "") > 0
                        && scrape.value("freshet_event_loop_delay_seconds_count", "") > 0
                        && scrape.value("freshet_streams_lag_events_count", "") > 0
                        && scrape.value("freshet_streams_lag_age_seconds_count", "") > 0
                        && scrape.value("freshet_heartbeats_total", "") > 0)) {
            publish(1);
            client.readEvent();
            scrape = scrape();
        }

        assertThat(scrape.value("freshet_publish_latency_seconds_count", "")).isPositive();
        assertThat(scrape.value("freshet_publish_latency_seconds_sum", "")).isPositive();
        assertThat(scrape.value("freshet_event_loop_delay_seconds_count", "")).isPositive();
        assertThat(scrape.value("freshet_streams_lag_events_count", "")).isPositive();
        assertThat(scrape.value("freshet_heartbeats_total", "")).isPositive();
    }

    @Test
    void everyNameBeginsWithFreshet() {
        assertThat(scrape().names()).isNotEmpty().allSatisfy(name -> assertThat(name)
                .startsWith("freshet_"));
    }

    @Test
    void theTokenGuardsMetricsAndHealthAsItDoesStats() {
        Relay guarded = Relay.start(
                SseHub.builder(),
                SseServer.builder().host("127.0.0.1").port(0),
                picocli.CommandLine.populateCommand(new Guard(), "--token", "secret"));
        try {
            Caller asking = new Caller(guarded.server());
            for (String path : List.of("/stats", "/metrics", "/health/live", "/health/ready")) {
                assertThat(asking.get(path).statusCode()).as(path).isEqualTo(401);
                assertThat(asking.get(path + "?token=secret").statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
        } finally {
            guarded.close();
        }
    }

    @Test
    void readinessTurnsBeforeAnyStreamEnds() throws Exception {
        RawSseClient client = follow("/events?topic=t");
        assertThat(caller.get("/health/ready").body()).isEqualTo("{\"status\":\"up\"}");

        relay.beginEnd();

        assertThat(caller.get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(caller.get("/health/live").statusCode()).isEqualTo(200);
        publish(1);
        assertThat(client.readEvent().data()).isEqualTo("event 0");
    }
}
