package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The example of a server of the Model Context Protocol, against the protocol's own conformance tests. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class McpConformanceTest {
    private final Mcp mcp = new Mcp(Duration.ofMillis(10));
    private SseServer server;

    @BeforeEach
    void serve() {
        CommandLine command = Main.commandLine();
        command.parseArgs("mcp");
        Listen listen = (Listen) command.getSubcommands()
                .get("mcp")
                .getCommandSpec()
                .mixins()
                .get("listen")
                .userObject();
        server = mcp.on(listen.server().port(0)).start();
    }

    @AfterEach
    void end() {
        server.close();
        mcp.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server-initialize",
                "ping",
                "tools-list",
                "dns-rebinding-protection",
                "server-sse-polling",
                "server-sse-multiple-streams"
            })
    void aScenarioPassesWithoutAWarning(String scenario) throws Exception {
        String url = "http://127.0.0.1:" + server.address().getPort() + Mcp.PATH;
        try (NodeScript conformance = NodeScript.start(
                "node_modules/@modelcontextprotocol/conformance/dist/index.js",
                "server",
                "--url",
                url,
                "--scenario",
                scenario)) {
            List<String> lines = conformance.lines();
            assertThat(conformance.exitCode()).as(String.join("\n", lines)).isZero();
            assertThat(lines).anyMatch(line -> line.matches("Passed: ([1-9]\\d*)/\\1, 0 failed, 0 warnings"));
        }
    }
}
