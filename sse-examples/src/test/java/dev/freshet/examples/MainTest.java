package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --nope                          | Unknown option: '--nope'
                    relay --nope                    | Unknown option: '--nope'
                    clock --nope                    | Unknown option: '--nope'
                    embed --port 65536              | --port: 65536 (expected: 0 to 65535)
                    prices --port abc               | Invalid value for option '--port': 'abc' is not an int
                    rooms extra                     | Unmatched argument at index 1: 'extra'
                    logs                            | Missing required parameter: 'FILE'
                    logs no.log                     | FILE: no.log (expected: a file that can be read)
                    logs --most-behind 1 pom.xml    | --most-behind: 1 (expected: >= 65536)
                    dashboard extra                 | Unmatched argument at index 1: 'extra'
                    --port abc                      | Invalid value for option '--port': 'abc' is not an int
                    --port 65536                    | --port: 65536 (expected: 0 to 65535)
                    relay --port -1                 | --port: -1 (expected: 0 to 65535)
                    relay --port                    | Missing required parameter for option '--port' (PORT)
                    relay --transport kqueue        | Invalid value for option '--transport': expected one of [AUTO, NIO, EPOLL, IO_URING] (case-insensitive) but was 'kqueue'
                    relay --heartbeat often         | Invalid value for option '--heartbeat': 'often' (expected: a number of seconds, or a duration such as 500ms, 10m or PT10M)
                    relay --retry -1                | Invalid value for option '--retry': '-1' (expected: a number of millis, or a duration such as 500ms, 10m or PT10M)
                    relay --linger 1001             | linger: PT1.001S (expected: 0 to 1 second)
                    relay --linger soon             | Invalid value for option '--linger': 'soon' (expected: a number of millis, or a duration such as 500ms, 10m or PT10M)
                    relay --expires=-PT5S           | Invalid value for option '--expires': '-PT5S' (expected: a number of seconds, or a duration such as 500ms, 10m or PT10M)
                    relay --heartbeat PT-5S         | Invalid value for option '--heartbeat': 'PT-5S' (expected: a number of seconds, or a duration such as 500ms, 10m or PT10M)
                    relay --retention-events 0      | retention.maxEvents: 0 (expected: > 0)
                    relay --retention-bytes 1       | retention.maxBytes: 1 (expected: >= 1024)
                    relay --retention-age 0         | retention.maxAge: PT0S (expected: > 0)
                    relay --event-loops 0           | eventLoops: 0 (expected: > 0)
                    relay --tls yes                 | --tls: 'yes' (expected: self-signed)
                    relay --tls                     | Missing required parameter for option '--tls' (self-signed)
                    relay --tls self-signed --tls-key a | --tls: self-signed (expected: not with --tls-cert or --tls-key)
                    relay --tls-cert pom.xml        | --tls-key: none (expected: a file that can be read, beside --tls-cert)
                    relay --tls-key a               | --tls-cert: none (expected: a file that can be read, beside --tls-key)
                    relay --tls-cert no.pem --tls-key no.pem | --tls-cert: no.pem (expected: a file that can be read, beside --tls-key)
                    relay --tls-cert pom.xml --tls-key no.pem | --tls-key: no.pem (expected: a file that can be read, beside --tls-cert)
                    """)
    void badUseIsOneLineAndExitCodeTwo(String arguments, String line) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString()).isEqualToNormalizingNewlines("sse-examples: " + line + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aCertificateThatIsNoneIsOneLineAndExitCodeTwo() {
        assertThat(run("relay", "--tls-cert", "pom.xml", "--tls-key", "pom.xml"))
                .isEqualTo(2);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("sse-examples: --tls-cert: pom.xml with --tls-key pom.xml: ")
                .endsWith(" (expected: a certificate chain and its private key, both PEM)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relay",
                "dashboard",
                "clock",
                "embed",
                "prices",
                "rooms",
                "chat",
                "logs pom.xml",
                "openai",
                "mcp",
                "orders",
                ""
            })
    void aPortThatIsTakenIsOneLineAndExitCodeTwo(String command) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String arguments = (command + " --port " + taken.getLocalPort()).strip();

            assertThat(run(arguments.split(" "))).isEqualTo(2);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .startsWith("sse-examples: cannot listen at 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void aDatabaseThatCannotBeOpenedIsOneLineAndExitCodeTwo() {
        assertThat(run("orders", "--port", "0", "--database", "pom.xml")).isEqualTo(2);

        assertThat(err.toString().lines()).singleElement().asString().startsWith("sse-examples: --database: pom.xml: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "relay",
                "dashboard",
                "clock",
                "embed",
                "prices",
                "rooms",
                "chat",
                "logs",
                "openai",
                "mcp",
                "orders"
            })
    void helpIsEverywhere(String command) {
        assertThat(run((command + " --help").strip().split(" "))).isZero();

        assertThat(out.toString()).startsWith("Usage: sse-examples").contains("--host=HOST", "--port=PORT");
        assertThat(out.toString()).doesNotContain("[]"); // an empty list says nothing of the default
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpNamesTheCommands() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString().lines().map(line -> line.strip().split(" ")[0]))
                .containsSubsequence(
                        "dashboard",
                        "clock",
                        "embed",
                        "prices",
                        "rooms",
                        "chat",
                        "openai",
                        "logs",
                        "mcp",
                        "orders",
                        "relay",
                        "load",
                        "conformance");
    }

    @Test
    void helpHasOneLineForEachCommand() {
        CommandLine commandLine =
                Main.commandLine().setUsageHelpAutoWidth(false).setUsageHelpWidth(80);

        String list = commandLine.getUsageMessage().replaceAll("(?s).*\\RCommands:\\R", "");

        assertThat(list.lines()).isNotEmpty().allMatch(line -> line.matches("  [a-z-]+ +[A-Z].*[.:]"));
    }

    @Test
    void thePortMayStandBeforeTheCommandToo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            for (String[] arguments :
                    new String[][] {{"--port", port, "relay"}, {"--port", "1", "relay", "--port", port}}) {
                assertThat(run(arguments)).isEqualTo(2);
            }
            assertThat(err.toString().lines())
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("sse-examples: cannot listen at 127.0.0.1:" + port));
        }
    }

    @Test
    void theVersionIsTheOneOfTheBuild() {
        assertThat(run("--version")).isZero();

        assertThat(out.toString().strip()).matches("Freshet \\d+\\.\\d+\\.\\d+.*");
    }

    @ParameterizedTest
    @CsvSource({"90,PT1M30S", "500ms,PT0.5S", "10m,PT10M", "PT10M,PT10M", "2h,PT2H", "1d,PT24H"})
    void durationsAreReadAsPeopleWriteThem(String text, Duration duration) {
        assertThat(Durations.parse(text, ChronoUnit.SECONDS)).isEqualTo(duration);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
