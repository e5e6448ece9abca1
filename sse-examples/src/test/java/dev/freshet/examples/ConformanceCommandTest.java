package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.conformance.Fault;
import dev.freshet.examples.conformance.PlainServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ConformanceCommandTest {

    private final LoadTool tool = new LoadTool();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    conformance                     | Missing required option: '--url=URL'
                    conformance --url a:b           | --url: a:b (expected: http://host:port/path, or https)
                    conformance --url ftp://a/b     | --url: ftp://a/b (expected: http://host:port/path, or https)
                    conformance --url http://a --publish /x | --publish: /x (expected: http://host:port/path, or https)
                    conformance --url http://a --gone x | --gone: x (expected: http://host:port/path, or https)
                    conformance --url http://a --count x | --count: x (expected: http://host:port/path, or https)
                    conformance --url http://a --count-pattern x | --count-pattern: x (expected: a regular expression with a group)
                    conformance --url http://a --count-pattern ( | --count-pattern: ( (expected: a regular expression with a group)
                    conformance --url http://a --publish-body x | --publish-body: x (expected: with {data} or {json})
                    conformance --url http://a --publish-method 1 | --publish-method: 1 (expected: such as POST)
                    conformance --url http://a --header x | --header: no name, or no colon behind it (expected: NAME: VALUE)
                    conformance --url http://a --header Origin:x | --header: Origin (expected: none of [connection,
                    conformance --url http://u:p@a | --url: user information (expected: none; see --header)
                    conformance --url http://a --only date --skip date | --only, --skip: no check is left (expected: one at least)
                    conformance --url http://a --json /nowhere/x | --json: /nowhere/x (expected: a file that can be written)
                    conformance --url http://a --origin x | --origin: x (expected: such as https://a.example)
                    conformance --url http://a --timeout 0 | --timeout: PT0S (expected: > 0, <= PT1H)
                    conformance --url http://a --heartbeat 2h | --heartbeat: PT2H (expected: > 0, <= PT1H)
                    conformance --url http://a --only nothing | --only: nothing (expected: one of status, content-type,
                    conformance --url http://a --skip nothing | --skip: nothing (expected: one of status, content-type,
                    conformance --url https://a --ca pom.xml | --ca: pom.xml (expected: certificates, PEM)
                    conformance --url https://a --ca pom.xml --insecure | --insecure: beside --ca (expected: one of them)
                    --port 8081 conformance --url http://a | --host, --port: conformance listens nowhere (expected: --url)
                    """)
    void badUseIsOneLineAndExitCodeTwo(String arguments, String line) {
        assertThat(tool.run(arguments.split(" "))).isEqualTo(2);

        assertThat(tool.err().lines()).singleElement().asString().startsWith("sse-examples: " + line);
        assertThat(tool.out()).isEmpty();
    }

    @Test
    void whereNobodyListensIsOneLineAndExitCodeThree() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        assertThat(tool.run("conformance", "--url", "http://127.0.0.1:" + port + "/"))
                .isEqualTo(3);

        assertThat(tool.err().lines()).singleElement().asString().contains("refused");
        assertThat(tool.out()).isEmpty();
    }

    @Test
    void whereNothingCanBePublishedIsOneLineAndExitCodeThree() throws Exception {
        try (PlainServer server = new PlainServer(Fault.NONE)) {
            String nowhere = server.url("/nowhere");
            assertThat(tool.run("conformance", "--url", server.url("/events"), "--publish", nowhere))
                    .isEqualTo(3);
            assertThat(tool.err().lines()).singleElement().asString().contains("cannot publish: " + nowhere, "405");
        }
    }

    @Test
    void checksThatPublishAreNotRunWhereNothingIsPublished() throws Exception {
        try (PlainServer server = new PlainServer(Fault.NONE)) {
            assertThat(tool.run("conformance", "--quiet", "--url", server.url("/events"), "--timeout", "10s"))
                    .isZero();
        }
        assertThat(tool.out().lines())
                .anyMatch(line -> line.matches("not run +resume-missed +MUST +HTML 9.2.4 +needs blank-line"))
                .anyMatch(line -> line.matches("not run +at-once +MUST +HTML 9.2.6 +no --publish"))
                .anyMatch(line -> line.matches("passed +status +MUST +HTML 9.2.3 +status 200"))
                .noneMatch(line -> line.startsWith("FAILED"));
        assertThat(tool.err()).isEmpty();
    }

    @Test
    void aFailureSaysWhatWasSeenAndExpectedAndIsExitCodeOne(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.json");
        try (PlainServer server = new PlainServer(Fault.WRONG_TYPE)) {
            assertThat(tool.run(
                            "conformance",
                            "--url",
                            server.url("/events"),
                            "--only",
                            "status,content-type",
                            "--only",
                            "date",
                            "--skip",
                            "date",
                            "--json",
                            file.toString()))
                    .isEqualTo(1);
        }
        assertThat(tool.out().lines())
                .contains("FAILED   content-type  MUST    HTML 9.2.3, IANA considerations  seen: Content-Type:"
                        + " text/plain; expected: text/event-stream, with no charset but utf-8")
                .endsWith("2 checks: 1 passed, 1 failed, 0 advice, 0 not run");
        assertThat(tool.err().lines()).containsExactly("checking status", "checking content-type");
        JsonNode result = Caller.json(Files.readString(file)).get("results").get(1);
        assertThat(result.get("check").asString()).isEqualTo("content-type");
        assertThat(result.get("outcome").asString()).isEqualTo("FAILED");
        assertThat(result.get("paragraph").asString()).isEqualTo("HTML 9.2.3, IANA considerations");
        assertThat(result.get("seen").asString()).isEqualTo("Content-Type: text/plain");
    }

    @Test
    void aServerThatIsNoneIsToldByItsStatusAlone() throws Exception {
        try (PlainServer server = new PlainServer(Fault.NONE)) {
            assertThat(tool.run("conformance", "--quiet", "--url", server.url("/gone"), "--timeout", "10s"))
                    .isEqualTo(1);
        }
        assertThat(tool.out().lines().filter(line -> line.startsWith("FAILED")))
                .singleElement()
                .asString()
                .contains("status", "seen: status 204; expected: status 200");
    }

    @Test
    void whereTheHeadWaitsForAnEventAndNoneIsPublishedNothingHasFailed() throws Exception {
        try (PlainServer server = new PlainServer(Fault.LATE_HEAD)) {
            String only = "status,content-type,head-at-once";
            assertThat(tool.run(
                            "conformance",
                            "--quiet",
                            "--url",
                            server.url("/events"),
                            "--timeout",
                            "500ms",
                            "--only",
                            only))
                    .isZero();
        }
        assertThat(tool.out().lines())
                .anyMatch(line -> line.matches("not run +status .*no --publish to bring an event"))
                .anyMatch(line -> line.matches("not run +content-type .*needs status"))
                .anyMatch(line -> line.matches("advice +head-at-once .*"));
    }

    @Test
    void theHelpTells() {
        assertThat(tool.run("conformance", "--help")).isZero();

        for (String words : List.of("--url=URL", "--publish=URL", "--insecure", "Exit code: 0 no check has failed")) {
            assertThat(tool.out()).contains(words);
        }
        assertThat(tool.out()).doesNotContain("--port=PORT");
    }
}
