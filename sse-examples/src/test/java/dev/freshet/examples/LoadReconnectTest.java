package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.FaultyServer.Fault;
import org.junit.jupiter.api.Test;

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
}
