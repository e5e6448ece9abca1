package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.FaultyServer.Fault;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Clients that come back. */
class LoadReconnectTest {

    private final LoadTool tool = new LoadTool();

    @Test
    void aServerWithoutIdsCannotBeComeBackTo() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.NONE, false)) {
            assertThat(tool.load(server.url(), "reconnect")).isEqualTo(2);
        }
        assertThat(tool.err()).endsWith("its events have no ids\n");
    }

    @Test
    void allComeBackInSeveralWavesAndEachIsChecked() {
        try (Relay relay = LoadTool.relay()) {
            String arguments = "reconnect --connections 20 --events 30 --rounds 3 --json - --pid " + LoadTool.self();
            assertThat(tool.load(LoadTool.url(relay) + "/events", arguments))
                    .as(tool.err())
                    .isZero();
        }
        JsonNode report = Caller.json(tool.out());
        assertThat(report.get("deliveries").get("expected").asLong()).isEqualTo(3L * 20 * 30);
        assertThat(report.get("deliveries").get("received").asLong()).isEqualTo(3L * 20 * 30);
        JsonNode replay = report.get("replay");
        assertThat(replay.get("waves").asInt()).isEqualTo(3);
        assertThat(replay.get("leastNet").asDouble())
                .isLessThanOrEqualTo(replay.get("mostNet").asDouble());
        assertThat(tool.err()).contains("medians of 3 waves", "net of connecting");
    }
}
