package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import picocli.CommandLine;

/** The conformance kit against an emitter on Express, which writes what it is given. */
@Timeout(value = 900, threadMode = ThreadMode.SEPARATE_THREAD)
class ConformanceExpressTest {
    private final StringWriter out = new StringWriter();

    @Test
    void theFaultsOfAnEmitterOnExpressAreNamed() throws Exception {
        try (NodeScript express = NodeScript.start("emitter.mjs")) {
            String url = "http://127.0.0.1:" + express.line();
            CommandLine command = Main.commandLine().setOut(new PrintWriter(out));
            assertThat(command.execute(
                            "conformance",
                            "--quiet",
                            "--timeout",
                            "10s",
                            "--heartbeat",
                            "10s",
                            "--url",
                            url + "/events",
                            "--publish",
                            url + "/publish",
                            "--publish-type",
                            "application/json",
                            "--publish-body",
                            "{\"data\":{json}}",
                            "--count",
                            url + "/count",
                            "--gone",
                            url + "/gone"))
                    .isOne();
        }
        assertThat(checksWith("FAILED"))
                .as(out.toString())
                .containsExactly("data-lines", "data-space", "data-last-line", "data-cr", "resume-missed");
        assertThat(checksWith("advice"))
                .as(out.toString())
                .containsExactly("cors-preflight", "other-method", "keep-alive", "heartbeat");
    }

    /** The second word of each line that begins with an outcome. */
    private List<String> checksWith(String outcome) {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith(outcome + " "))
                .map(line -> line.split("\\s+")[1])
                .toList();
    }
}
