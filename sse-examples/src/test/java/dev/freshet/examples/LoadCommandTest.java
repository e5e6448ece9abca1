package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class LoadCommandTest {

    private final LoadTool tool = new LoadTool();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    load steady              | Invalid value for positional parameter at index 0 (SCENARIO): \
                    expected one of [RATE, BURST, IDLE, RECONNECT] (case-insensitive) but was 'steady'
                    load --url ftp://a/b     | url: ftp://a/b (expected: http://host:port/path, or https)
                    load --url http://a/b --url https://a/b | url: http and https (expected: one of them)
                    load --streams-per-connection 10 | streams-per-connection: 10 (expected: 1 without --http2)
                    load --http2 --streams-per-connection 0 | streams-per-connection: 0 (expected: 1 to 1000)
                    load --http2 --stuck 10  | --stuck: with --http2 (expected: HTTP/1.1, where a stream has a connection)
                    load --compressed --stuck 1 | --stuck: with --compressed (expected: without; a cut stream has no trailer)
                    load --insecure          | --ca, --insecure: with http URLs (expected: an https URL)
                    load --url https://a --ca pom.xml --insecure | --insecure: beside --ca (expected: one of them)
                    load --url https://a --ca pom.xml | --ca: pom.xml (expected: certificates, PEM)
                    load --tls               | --tls: given (expected: with --self-test; else an https URL)
                    load --self-test --insecure | --insecure: with --self-test (expected: without; its servers are its own)
                    load --url a:b:c         | url: a:b:c (expected: http://host:port/path, or https)
                    load --publish-url /x    | publish-url: /x (expected: http://host:port/path, or https)
                    load --connections 0     | connections: 0 (expected: 1 to 1000000)
                    load --sources 251       | sources: 251 (expected: 1 to 250)
                    load --size 39           | size: 39 (expected: 40 to 65536)
                    load --stuck 100         | stuck: 100 (expected: 0 to 99)
                    load idle --stuck 1      | stuck: 1 (expected: 0 with idle)
                    load --self-test --pid 1 | --pid: with --self-test (expected: without; its servers are its own)
                    load --rate 0            | rate: 0.0 (expected: > 0, <= 1000000)
                    load --duration 0        | duration: PT0S (expected: > 0, <= PT24H)
                    load --header nonsense   | header: nonsense (expected: name: value)
                    load --pid 999999999     | pid: 999999999 (expected: a process of this machine, on Linux)
                    load rate --port 1       | Unknown options: '--port', '1'
                    --port 8081 load         | --host, --port: load listens nowhere (expected: --url)
                    load reconnect --self-test | self-test: reconnect (expected: rate, burst or idle; \
                    by hand there are no ids to come back with)
                    load --linger 20         | --linger: 20 (expected: with --self-test; a server has its own)
                    load --self-test --linger 1001 | --linger: 1001 (expected: 0 to 1000)
                    load --self-test --rounds 0 | rounds: 0 (expected: 1 to 1000)
                    load burst --connections 1000000 --events 100000000 | connections x events: 1000000 x 100000000
                    """)
    void badUseIsOneLineAndExitCodeTwo(String arguments, String line) {
        assertThat(tool.run(arguments.split(" "))).isEqualTo(2);

        assertThat(tool.err().lines()).singleElement().asString().startsWith("sse-examples: " + line);
        assertThat(tool.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "rate --rate 200 --duration 200ms --pid SELF",
        "burst --events 300",
        "idle --duration 1ms --pid SELF",
        "reconnect --events 50 --rounds 1 --pid SELF"
    })
    void aRunAgainstTheRelayIsAllWell(String arguments) {
        try (Relay relay = LoadTool.relay()) {
            String url = LoadTool.url(relay) + "/events?topic=a";

            assertThat(tool.load(url, arguments.replace("SELF", LoadTool.self()) + " --connections 40 --json -"))
                    .as(tool.err())
                    .isZero();
        }
        JsonNode report = Caller.json(tool.out());
        String scenario = arguments.substring(0, arguments.indexOf(' '));
        assertThat(report.get("scenario").asString()).isEqualTo(scenario);
        assertThat(report.get("connections").asInt()).isEqualTo(40);
        assertThat(report.get("connect").get("perSecond").asDouble()).isPositive();
        assertThat(report.get("problems").isEmpty()).isTrue();
        if (!scenario.equals("idle")) {
            JsonNode deliveries = report.get("deliveries");
            assertThat(deliveries.get("received").asLong())
                    .isEqualTo(40L * report.get("events").asLong());
            assertThat(deliveries.get("lost").asLong()).isZero();
            assertThat(report.get("latencyMicros").get("p999").asDouble()).isPositive();
            assertThat(report.get("cpu").get("clientPerDelivery").asDouble()).isPositive();
        }
        assertThat(tool.err()).startsWith(scenario + ": 40 connections").contains("verdict    all well");
    }

    @Test
    void ofAServerOnThisMachineTheCostIsTold() {
        try (Relay relay = LoadTool.relay()) {
            tool.load(
                    LoadTool.url(relay) + "/events",
                    "idle --duration 1ms --connections 10 --json - --pid " + LoadTool.self());
        }
        JsonNode report = Caller.json(tool.out());
        assertThat(report.get("connect").get("serverCpuMicros").asDouble()).isPositive();
        assertThat(report.get("memory").get("residentConnected").asLong()).isPositive();
        assertThat(tool.err()).contains("memory     resident").contains("server CPU");
    }

    @ParameterizedTest
    @ValueSource(strings = {"burst", "reconnect"})
    void aServerThatDoesNotAnswerIsNotWaitedForLong(String scenario) throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + mute.getLocalPort() + "/";
            assertThat(tool.load(url, scenario + " --connections 3 --drain 100ms"))
                    .isEqualTo(2);
            assertThat(tool.err())
                    .isEqualToNormalizingNewlines("sse-examples: cannot connect to " + url + ": no answer\n");
        }
    }

    @Test
    void aPortWhereNobodyListensIsOneLineAndExitCodeTwo() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/events";

        for (String scenario : new String[] {"rate", "reconnect"}) {
            LoadTool tool = new LoadTool();
            assertThat(tool.load(url, scenario)).isEqualTo(2);
            assertThat(tool.out()).isEmpty();
            assertThat(tool.err())
                    .startsWith("sse-examples: cannot connect to " + url)
                    .contains("refused");
        }
        assertThat(tool.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/nothing,cannot connect to,404 Not Found", "/stats,cannot connect to,no event stream"})
    void whatIsNoStreamIsOneLineAndExitCodeTwo(String path, String what, String why) {
        try (Relay relay = LoadTool.relay()) {
            assertThat(tool.load(LoadTool.url(relay) + path, "rate")).isEqualTo(2);
        }
        assertThat(tool.err().lines()).singleElement().asString().contains(what, why);
    }

    @Test
    void whereNothingCanBePublishedIsOneLineAndExitCodeTwo() {
        try (Relay relay = LoadTool.relay()) {
            String url = LoadTool.url(relay);
            assertThat(tool.load(url + "/events", "rate --publish-url " + url + "/nothing"))
                    .isEqualTo(2);
            assertThat(tool.err())
                    .isEqualToNormalizingNewlines(
                            "sse-examples: cannot publish to " + url + "/nothing: the answer was 404\n");
        }
    }

    @Test
    void theToolWarmsUpAndSaysHowFarItIsInLinesWhereThereIsNoTerminal() {
        try (Relay relay = LoadTool.relay()) {
            List<String> arguments =
                    List.of("load", "burst", "--url", LoadTool.url(relay) + "/events", "--warm-up", "1ms");
            assertThat(tool.run(arguments.toArray(String[]::new))).isZero();
        }
        assertThat(tool.err()).startsWith("warming up" + System.lineSeparator()).doesNotContain("\r");
    }

    @Test
    void theSelfTestComparesBothServers() {
        assertThat(tool.run("load burst --self-test --linger 1 --rounds 1 --connections 5 --events 20 --quiet --json -"
                        .split(" ")))
                .isZero();

        JsonNode comparison = Caller.json(tool.out());
        assertThat(comparison
                        .get("freshet")
                        .get(0)
                        .get("deliveries")
                        .get("received")
                        .asLong())
                .isEqualTo(100);
        assertThat(comparison
                        .get("byHand")
                        .get(0)
                        .get("deliveries")
                        .get("received")
                        .asLong())
                .isEqualTo(100);
        assertThat(comparison.get("measures").get(0).get("name").asString()).isEqualTo("CPU us per delivery");
        assertThat(tool.err()).contains("by hand", "ratio", "deliveries/s", "all well");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--url=URL", "--connections=COUNT", "Default: 100", "Exit code: 0 all well"})
    void theHelpTells(String words) {
        assertThat(tool.run("load", "--help")).isZero();

        assertThat(tool.out()).contains(words).doesNotContain("--port=PORT");
    }

    @Test
    void theServerByHandIsNotAmongTheCommands() {
        assertThat(tool.run("--help")).isZero();

        assertThat(tool.out()).contains("load").doesNotContain("by-hand");
    }
}
