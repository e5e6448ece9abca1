package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PriceTableTest {

    private static final String PATH = "/api/prices";
    private static final int CHANGES = 20;

    private PriceTable prices;
    private Caller caller;

    @BeforeEach
    void start() {
        prices = PriceTable.start(
                Duration.ofMillis(5), SseServer.builder().host("127.0.0.1").port(0));
        caller = new Caller(prices.server());
    }

    @AfterEach
    void stop() {
        prices.close();
    }

    /** A table as a client has it, by symbol: what it read so far, and where that is. */
    private static final class Table {
        private final Map<String, Double> rows = new TreeMap<>();
        private String position = "";

        /** Takes a table or a change, and returns the type of the event. */
        String take(Event event) {
            JsonNode data = Caller.json(event.data());
            if (event.type().equals("table")) {
                rows.clear();
                data.forEach(this::put);
            } else {
                put(data);
            }
            position = event.lastEventId();
            return event.type();
        }

        private void put(JsonNode row) {
            rows.put(row.get("symbol").asString(), row.get("price").asDouble());
        }

        void readChanges(RawSseClient client) throws Exception {
            for (int i = 0; i < CHANGES; i++) {
                assertThat(take(client.readEvent())).isEqualTo("price");
            }
        }

        void readTo(String end, RawSseClient client) throws Exception {
            while (!position.equals(end)) {
                take(client.readEvent());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/,text/html", "/style.css,text/css", "/prices.css,text/css", "/prices.js,text/javascript"})
    void thePageAndItsPartsAreServed(String path, String type) {
        HttpResponse<String> answer = caller.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(answer.body()).doesNotContain("https://");
    }

    @Test
    void aStreamBeginsWithTheWholeTable() throws Exception {
        try (RawSseClient client = caller.follow(PATH)) {
            Table table = new Table();

            assertThat(table.take(client.readEvent())).isEqualTo("table");
            assertThat(table.rows).hasSize(7).containsKeys("BARGE", "WEIRS");
            table.readChanges(client);
            assertThat(table.rows).hasSize(7);
        }
    }

    @Test
    void whoComesLaterHasTheSameTableAtTheSamePosition() throws Exception {
        Table first = new Table();
        Table later = new Table();
        try (RawSseClient client = caller.follow(PATH)) {
            first.take(client.readEvent());
            first.readChanges(client);
            try (RawSseClient other = caller.follow(PATH)) {
                assertThat(later.take(other.readEvent())).isEqualTo("table");
                later.readChanges(other);
            }
            first.readTo(later.position, client);
        }
        assertThat(later.rows).isEqualTo(first.rows);
    }

    @Test
    void whoWasCutOffReceivesTheChangesAlone() throws Exception {
        Table whole = new Table();
        Table resumed = new Table();
        try (RawSseClient client = caller.follow(PATH)) {
            whole.take(client.readEvent());
            try (RawSseClient other = caller.follow(PATH)) {
                resumed.take(other.readEvent());
                resumed.readChanges(other);
            }
            whole.readTo(resumed.position, client);
            whole.readChanges(client); // which the other misses
            try (RawSseClient other = caller.connect()) {
                RawSseClient.Head head = other.get(PATH, "Last-Event-ID: " + resumed.position);
                assertThat(head.header("SSE-Resume")).isEqualTo("resumed");
                resumed.readChanges(other);
            }
        }
        assertThat(resumed.position).isEqualTo(whole.position);
        assertThat(resumed.rows).isEqualTo(whole.rows);
    }
}
