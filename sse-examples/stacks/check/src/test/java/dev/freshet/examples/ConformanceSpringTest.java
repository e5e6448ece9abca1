package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.ListeningProcess;
import dev.freshet.harness.RestartPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import picocli.CommandLine;

/** The conformance kit against the streams of Spring MVC, in a process of its own. */
@Timeout(value = 900, threadMode = ThreadMode.SEPARATE_THREAD)
class ConformanceSpringTest {
    private static final Path COMMAND = Path.of("..", "boot35-emitter", "target", "stack");
    private static final Path LOG = Path.of("target", "boot35-emitter.log");

    private final StringWriter out = new StringWriter();

    @Test
    void theFaultsOfSseEmitterAreNamed() throws Exception {
        int port = RestartPort.next();
        Process service = start(port);
        try {
            String url = "http://127.0.0.1:" + port;
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
                            "--count",
                            url + "/count",
                            "--gone",
                            url + "/gone"))
                    .isOne();
        } finally {
            service.destroyForcibly().waitFor();
        }
        assertThat(checksWith("FAILED")).as(out.toString()).containsExactly("data-space", "resume-missed", "head");
        assertThat(checksWith("advice"))
                .as(out.toString())
                .containsExactly("head-at-once", "caching", "heartbeat", "client-gone", "stalled-reader");
    }

    private static Process start(int port) throws IOException, InterruptedException {
        ProcessBuilder service = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dserver.port=" + port,
                "@" + COMMAND);
        return ListeningProcess.start(service, port, LOG);
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
