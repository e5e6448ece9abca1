package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.FaultyServer.Fault;
import dev.freshet.fixtures.ByHandServer;
import dev.freshet.log.Retention;
import dev.freshet.netty.SseServer;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class LoadCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    load steady              | Invalid value for positional parameter at index 0 (SCENARIO): 'steady' (expected: rate, burst, idle, reconnect)
                    load --url https://a/b   | url: https://a/b (expected: http://host:port/path)
                    load --url a:b:c         | url: a:b:c (expected: http://host:port/path)
                    load --publish-url /x    | publish-url: /x (expected: http://host:port/path)
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
                    load reconnect --self-test | self-test: reconnect (expected: rate, burst or idle; by hand there are no ids to come back with)
                    load --self-test --rounds 0 | rounds: 0 (expected: 1 to 1000)
                    load burst --connections 1000000 --events 100000000 | connections x events: 1000000 x 100000000
                    """)
    void badUseIsOneLineAndExitCodeTwo(String arguments, String line) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString().lines()).singleElement().asString().startsWith("sse-examples: " + line);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "rate --rate 200 --duration 200ms --pid SELF",
        "burst --events 300",
        "idle --duration 1ms --pid SELF",
        "reconnect --events 50 --pid SELF"
    })
    void aRunAgainstTheRelayIsAllWell(String arguments) {
        try (Relay relay = relay()) {
            String url = url(relay) + "/events?topic=a";

            assertThat(load(url, arguments.replace("SELF", self()) + " --connections 40 --json -"))
                    .as(err.toString())
                    .isZero();
        }
        JsonNode report = Caller.json(out.toString());
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
        assertThat(err.toString()).startsWith(scenario + ": 40 connections").contains("verdict    all well");
    }

    @Test
    void ofAServerOnThisMachineTheCostIsTold() {
        try (Relay relay = relay()) {
            load(url(relay) + "/events", "idle --duration 1ms --connections 10 --json - --pid " + self());
        }
        JsonNode report = Caller.json(out.toString());
        assertThat(report.get("connect").get("serverCpuMicros").asDouble()).isPositive();
        assertThat(report.get("memory").get("residentConnected").asLong()).isPositive();
        assertThat(err.toString()).contains("memory     resident").contains("server CPU");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    LOSES    | 3 events were lost
                    DOUBLES  | 3 events came twice
                    REORDERS | 3 events came out of order
                    CLOSES   | 21 events were lost; 3 streams were closed by the server
                    """)
    void aFaultIsFoundAndIsExitCodeThree(Fault fault, String problem) throws Exception {
        try (FaultyServer server = new FaultyServer(fault, false)) {
            assertThat(load(server.url(), "burst --connections 3 --events 10 --drain 200ms"))
                    .isEqualTo(3);
        }
        assertThat(out.toString()).contains("verdict    " + problem + "\n");
    }

    @Test
    void anEventThatComesTwiceAfterAllHaveComeIsFoundToo() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.DOUBLES, false)) {
            assertThat(load(server.url(), "burst --connections 3 --events 4")).isEqualTo(3);
        }
        assertThat(out.toString()).contains("verdict    3 events came twice\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"burst", "reconnect"})
    void aServerThatDoesNotAnswerIsNotWaitedForLong(String scenario) throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + mute.getLocalPort() + "/";
            assertThat(load(url, scenario + " --connections 3 --drain 100ms")).isEqualTo(2);
            assertThat(err.toString())
                    .isEqualToNormalizingNewlines("sse-examples: cannot connect to " + url + ": no answer\n");
        }
    }

    @Test
    void aChunkedStreamIsReadAsWell() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.NONE, true)) {
            assertThat(load(server.url(), "burst --connections 3 --events 10")).isZero();
        }
        assertThat(out.toString()).contains("delivered  30 of 30");
    }

    @Test
    void aServerThatEndsThePublishersConnectionIsSentTheRestOnANewOne() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.HANGS_UP_ON_PUBLISHERS, false)) {
            assertThat(load(server.url(), "burst --connections 3 --events 10"))
                    .as(out.toString() + err)
                    .isZero();
        }
        assertThat(out.toString()).contains("connection reopened 2 times").contains("delivered  30 of 30");
    }

    @Test
    void anEventThatTheServerRefusesIsToldAndIsNotLost() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.REFUSES_LATER, false)) {
            assertThat(load(server.url(), "burst --connections 3 --events 10")).isEqualTo(2);
        }
        assertThat(out.toString())
                .contains("0 lost")
                .contains("verdict    1 of 10 events were refused by the server, the last with status 503\n");
    }

    @Test
    void aServerWithoutIdsCannotBeComeBackTo() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.NONE, false)) {
            assertThat(load(server.url(), "reconnect")).isEqualTo(2);
        }
        assertThat(err.toString()).endsWith("its events have no ids\n");
    }

    @Test
    void stuckConnectionsAreLeftOutOfTheCheck() {
        try (Relay relay = relay()) {
            assertThat(load(url(relay) + "/events", "burst --connections 10 --events 50 --stuck 20"))
                    .isZero();
        }
        assertThat(out.toString())
                .contains("delivered  400 of 400")
                .contains("stuck      2 connections, 0 of them closed by the server");
    }

    @Test
    void aPortWhereNobodyListensIsOneLineAndExitCodeTwo() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/events";

        for (String scenario : new String[] {"rate", "reconnect"}) {
            err.getBuffer().setLength(0);
            assertThat(load(url, scenario)).isEqualTo(2);
            assertThat(err.toString())
                    .startsWith("sse-examples: cannot connect to " + url)
                    .contains("refused");
        }
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/nothing,cannot connect to,404 Not Found", "/stats,cannot connect to,no event stream"})
    void whatIsNoStreamIsOneLineAndExitCodeTwo(String path, String what, String why) {
        try (Relay relay = relay()) {
            assertThat(load(url(relay) + path, "rate")).isEqualTo(2);
        }
        assertThat(err.toString().lines()).singleElement().asString().contains(what, why);
    }

    @Test
    void whereNothingCanBePublishedIsOneLineAndExitCodeTwo() {
        try (Relay relay = relay()) {
            String url = url(relay);
            assertThat(load(url + "/events", "rate --publish-url " + url + "/nothing"))
                    .isEqualTo(2);
            assertThat(err.toString())
                    .isEqualToNormalizingNewlines(
                            "sse-examples: cannot publish to " + url + "/nothing: the answer was 404\n");
        }
    }

    @Test
    void theFanOutByHandIsCheckedLikeAnyOther(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("report.json");
        try (ByHandServer server =
                ByHandServer.start("127.0.0.1", 0, 1, NioIoHandler.newFactory(), NioServerSocketChannel.class)) {
            String url = "http://127.0.0.1:" + server.address().getPort() + "/";
            assertThat(load(url, "burst --connections 10 --events 100 --json " + json))
                    .isZero();
        }
        assertThat(out.toString()).contains("delivered  1,000 of 1,000");
        assertThat(Caller.json(Files.readString(json)).get("exitCode").asInt()).isZero();
    }

    @Test
    void theToolWarmsUpAndSaysHowFarItIs() {
        try (Relay relay = relay()) {
            List<String> arguments = List.of("load", "burst", "--url", url(relay) + "/events", "--warm-up", "1ms");
            assertThat(run(arguments.toArray(String[]::new))).isZero();
        }
        assertThat(err.toString()).contains("\rwarming up, ").endsWith("\r");
    }

    @Test
    void theSelfTestComparesBothServers() {
        assertThat(run("load burst --self-test --rounds 1 --connections 5 --events 20 --quiet --json -".split(" ")))
                .isZero();

        JsonNode comparison = Caller.json(out.toString());
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
        assertThat(err.toString()).contains("by hand", "ratio", "deliveries/s", "all well");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--url=URL", "--connections=COUNT", "Default: 100", "Exit code: 0 all well"})
    void theHelpTells(String words) {
        assertThat(run("load", "--help")).isZero();

        assertThat(out.toString()).contains(words).doesNotContain("--port=PORT");
    }

    @Test
    void theServerByHandIsNotAmongTheCommands() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString()).contains("load").doesNotContain("by-hand");
    }

    private static Relay relay() {
        return Relay.start(
                Retention.defaults(), SseServer.builder().host("127.0.0.1").port(0));
    }

    private static String url(Relay relay) {
        return "http://127.0.0.1:" + relay.server().address().getPort();
    }

    private static String self() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    private int load(String url, String arguments) {
        List<String> all = new ArrayList<>(List.of("load", "--quiet", "--warm-up", "0", "--url", url));
        all.addAll(List.of(arguments.split(" ")));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
