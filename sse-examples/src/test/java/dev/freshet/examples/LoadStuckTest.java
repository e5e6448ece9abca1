package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.FaultyServer.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Streams that do not read for a while. */
class LoadStuckTest {

    private final LoadTool tool = new LoadTool();

    @Test
    void stuckConnectionsAreLeftOutOfTheCheckAndCatchUpAfterIt() {
        try (Relay relay = LoadTool.relay()) {
            assertThat(tool.load(LoadTool.url(relay) + "/events", "burst --connections 10 --events 50 --stuck 20"))
                    .isZero();
        }
        assertThat(tool.out())
                .contains("delivered  400 of 400")
                .contains("stuck      2 connections; then 2 caught up, 0 were closed by the server, 0 stayed behind")
                .contains("verdict    all well");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    LOSES    | 0 caught up, 0 were closed by the server, 2 stayed behind | 1 events were lost
                    DOUBLES  | 2 caught up | 1 events came twice; 2 events came twice to stuck streams
                    REORDERS | 2 caught up | 1 events came out of order; 2 events came out of order to stuck streams
                    CLOSES   | 0 caught up, 2 were closed by the server | 7 events were lost; 1 streams were closed by
                    """)
    void whatCameToThemIsCheckedByItself(Fault fault, String told, String problem) throws Exception {
        try (FaultyServer server = new FaultyServer(fault, false)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 10 --stuck 34 --drain 4s"))
                    .isEqualTo(3);
        }
        assertThat(tool.out())
                .contains("stuck      2 connections; then " + told)
                .contains("verdict    " + problem);
    }

    @ParameterizedTest
    @CsvSource({"127, true", "128, false"})
    void soLittleThatNobodyGetsStuckOnItIsNoted(int events, boolean noted) {
        try (Relay relay = LoadTool.relay()) {
            tool.load(
                    LoadTool.url(relay) + "/events",
                    "burst --connections 2 --stuck 50 --size 65536 --json - --events " + events);
        }
        JsonNode report = Caller.json(tool.out());
        assertThat(report.get("stuck").get("bytesPerConnection").asLong()).isEqualTo(65_536L * events);
        assertThat(report.get("notes").isEmpty()).isNotEqualTo(noted);
        assertThat(tool.err().contains("too little to be stuck on")).isEqualTo(noted);
    }
}
