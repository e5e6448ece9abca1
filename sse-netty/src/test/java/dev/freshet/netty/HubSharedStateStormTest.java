package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.ChildJvm;
import java.io.BufferedReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Clients that come all at once to a server in a small heap, and begin with a megabyte of state each. {@code
 * -Dfreshet.storm.clients=5000} is the whole of it; {@code freshet.storm.shared=false} has the state asked for each.
 */
class HubSharedStateStormTest {
    private static final int CLIENTS = Integer.getInteger("freshet.storm.clients", 300);
    private static final boolean SHARED = !"false".equals(System.getProperty("freshet.storm.shared"));
    private static final String HEAP = System.getProperty("freshet.storm.heap", "64m");
    private static final long PATIENCE_SECONDS = 120;
    private static final Pattern TOLD = Pattern.compile("(\\d+) calls in (\\d+)\\.\\d s.*");

    @Test
    void theStateIsAskedForOnceInASecondAndEachClientIsWhole() throws Exception {
        Process process = ChildJvm.of(
                        List.of(
                                "-Xmx" + HEAP,
                                "-XX:MaxDirectMemorySize=16m",
                                "-XX:+DisableExplicitGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"),
                        StormedServer.class,
                        String.valueOf(SHARED))
                .start();
        try (BufferedReader out = process.inputReader();
                StormReaders readers = new StormReaders(Integer.parseInt(out.readLine()))) {
            readers.run(CLIENTS, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
            process.getOutputStream().close();
            String told = String.valueOf(out.readLine());
            System.out.printf("%d clients, %d whole, %d faults; %s%n", CLIENTS, readers.whole, readers.faults, told);
            assertThat(readers.whole).isEqualTo(CLIENTS);
            assertThat(readers.faults).isZero();
            Matcher calls = TOLD.matcher(told);
            assertThat(calls.matches()).as(told).isTrue();
            if (SHARED) {
                assertThat(Integer.parseInt(calls.group(1))).isLessThanOrEqualTo(Integer.parseInt(calls.group(2)) + 1);
            }
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
